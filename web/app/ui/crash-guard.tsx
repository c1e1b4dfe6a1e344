import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Notice } from './surface.tsx';

interface CrashGuardProps {
  what: string;
  children: ReactNode;
}

/** Holds a crash of one part of the page inside that part, with a way to draw it anew. */
export class CrashGuard extends Component<CrashGuardProps, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(`the ${this.props.what} broke`, error);
  }

  override render() {
    if (!this.state.crashed) return this.props.children;
    return (
      <div className="p-4">
        <Notice
          tone="bad"
          role="alert"
          action={
            <Button small onClick={() => this.setState({ crashed: false })}>
              Draw it again
            </Button>
          }
        >
          The {this.props.what} broke. The run itself goes on.
        </Notice>
      </div>
    );
  }
}
