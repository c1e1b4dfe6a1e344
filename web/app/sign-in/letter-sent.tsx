import { DoorCard, DoorFrame } from './door-frame.tsx';

/** An address must be confirmed before its account works. The same is shown for an address that has one. */
export function LetterSent() {
  return (
    <DoorFrame title="Look into your mail">
      <DoorCard>
        <p role="status">A mail with a link is on its way. Open the link in this browser: your account works as soon as it is confirmed.</p>
      </DoorCard>
    </DoorFrame>
  );
}
