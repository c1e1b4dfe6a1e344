import { later } from '../ui/later.tsx';
import { Skeleton } from '../ui/surface.tsx';

/** The parts of a phase, for pages that mostly show none: they do not carry their code. */
export const PhaseRunLater = later(() => import('./phase-run.tsx'), <Skeleton className="h-96" />);
export const PhaseControlsLater = later(() => import('./phase-controls.tsx'), <Skeleton className="h-8 w-40" />);
