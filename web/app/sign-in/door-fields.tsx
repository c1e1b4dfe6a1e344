import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/field.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { Refusal } from '../ui/refusal.tsx';

interface DoorFieldProps {
  error: string | undefined;
}

/** The address that a person signs in with. */
export function EmailField({ error, known }: DoorFieldProps & { known?: string | null }) {
  return (
    <PlainField
      label="E-mail"
      name="email"
      type="email"
      autoComplete="username"
      inputMode="email"
      autoCapitalize="none"
      defaultValue={known ?? undefined}
      required
      maxLength={254}
      error={error}
    />
  );
}

/** A password that is chosen here. */
export function NewPasswordField({ label = 'Password', name = 'password', error }: DoorFieldProps & { label?: string; name?: string }) {
  return (
    <PasswordField
      label={label}
      name={name}
      autoComplete="new-password"
      required
      minLength={10}
      hint="At least 10 characters."
      error={error}
    />
  );
}

export function KnownPasswordField({ error }: DoorFieldProps) {
  return <PasswordField label="Password" name="password" autoComplete="current-password" required error={error} />;
}

export function NameField({ error }: DoorFieldProps) {
  return <PlainField label="Your name" name="name" autoComplete="name" required maxLength={120} error={error} />;
}

/** The end of a door's form: why it was refused, where no field says it, and its button. */
export function DoorSubmit({ action, refusal, pending }: { action: string; refusal: string | null | undefined; pending: boolean }) {
  return (
    <>
      <Refusal text={refusal} />
      <div className="mt-4">
        <Button kind="primary" type="submit" pending={pending}>
          {action}
        </Button>
      </div>
    </>
  );
}
