import { z } from 'zod';

/** Bodies and answers of the routes about people, organisations, keys and the audit log. Times: Unix milliseconds. */

export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
/** owner: everything. admin: people, machines, settings. member: writes specs and runs them. viewer: sees. */
export type Role = (typeof ROLES)[number];

export const KEY_SCOPES = ['read', 'write', 'run', 'admin'] as const;
/** read: every GET. write: projects, specs, chunks. run: start, stop, order. admin: people, machines, keys, settings. */
export type KeyScope = (typeof KEY_SCOPES)[number];

const nameSchema = z.string().trim().min(1, 'Give a name.').max(120, 'At most 120 characters.');
const passwordSchema = z.string().min(10, 'At least 10 characters.').max(128, 'At most 128 characters.');
const secretSchema = z.string().min(20).max(500);

/** GET /api/sign-in-options, for everybody. */
export interface SignInOptions {
  /** open: anybody may sign up. invited: only with an invitation's link. */
  signUp: 'open' | 'invited';
  github: boolean;
  /** Mail can be sent; without it links are shown to those who may hand them on. */
  mail: boolean;
  /** This server runs on one person's machine and has a local owner with one-time links. */
  local: boolean;
}

/** An organisation that the caller belongs to. */
export interface Organisation {
  id: string;
  name: string;
  role: Role;
  createdAt: number;
}

const emailSchema = z.email('This is no e-mail address.').max(254).toLowerCase();

/** POST /api/auth/sign-up/email. With an invitation's token the new person is a member at once. */
export const signUpSchema = z.object({
  name: nameSchema,
  email: emailSchema,
  password: passwordSchema,
  invitation: secretSchema.optional(),
});
/** False: a letter is on its way to the address; the account works once it is confirmed. */
export interface SignedUp {
  signedIn: boolean;
}
export const signInSchema = z.object({ email: emailSchema, password: z.string().min(1, 'Give your password.').max(128) });
/** POST /api/auth/sign-in/social: where to go afterwards, paths of ours. Answers { url } of the provider. */
export const signInSocialSchema = z.object({
  provider: z.enum(['github']),
  callbackURL: z.string().max(2000).default('/'),
  errorCallbackURL: z.string().max(2000).default('/sign-in'),
});
export const requestPasswordResetSchema = z.object({ email: emailSchema });
/** The token of the link `/reset#<token>`. */
export const resetPasswordSchema = z.object({ token: secretSchema, newPassword: passwordSchema });
/** POST /api/auth/verify-email: the token of the link `/verify#<token>`. */
export const verifyEmailSchema = z.object({ token: z.string().min(20).max(2000) });

export const createOrganisationSchema = z.object({ name: nameSchema });
export const updateOrganisationSchema = z.object({ name: nameSchema });
/** The organisation's name, typed by the person who deletes it. */
export const deleteOrganisationSchema = z.object({ confirm: z.string() });
export const switchOrganisationSchema = z.object({ organisationId: z.string() });
export const updateMeSchema = z.object({ name: nameSchema });
export const changePasswordSchema = z.object({
  current: z.string().max(128),
  next: passwordSchema,
  endOtherSessions: z.boolean().default(true),
});

export interface Member {
  userId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: number;
}

export const updateMemberSchema = z.object({ role: z.enum(['admin', 'member', 'viewer']) });
export const transferOwnershipSchema = z.object({ userId: z.string() });
/** A link, shown once, by which a member sets a new password: for deployments without mail. */
export interface ResetLink {
  token: string;
  expiresAt: number;
}

export interface Invitation {
  id: string;
  /** Null: whoever has the link may accept. */
  email: string | null;
  role: Exclude<Role, 'owner'>;
  invitedBy: string;
  expiresAt: number;
  createdAt: number;
}

export const createInvitationSchema = z.object({
  email: emailSchema.nullable(),
  role: z.enum(['admin', 'member', 'viewer']),
});
/**
 * The token stands in the fragment of the link `/join#<token>` and is shown once. Null where it went by mail: whoever comes with it
 * has proved that the address is theirs, so the inviter must not know it.
 */
export interface CreatedInvitation {
  invitation: Invitation;
  token: string | null;
  mailed: boolean;
}

export const invitationTokenSchema = z.object({ token: secretSchema });
/** POST /api/invitations/look: what the invited person sees before accepting. */
export interface InvitationLook {
  organisationName: string;
  invitedBy: string;
  role: Role;
  email: string | null;
  expiresAt: number;
}

export interface SessionInfo {
  id: string;
  current: boolean;
  createdAt: number;
  /** When it was last renewed: to the day. */
  lastSeenAt: number;
  expiresAt: number;
  address: string | null;
  userAgent: string | null;
}

export interface ApiKey {
  id: string;
  name: string;
  /** person: acts as the one who made it, with at most their role. service: belongs to the organisation. */
  kind: 'person' | 'service';
  /** The first characters, to tell keys apart. */
  start: string;
  scopes: KeyScope[];
  /** Of a service's key; null for a person's, who has their own role. */
  role: Role | null;
  createdBy: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

export const createApiKeySchema = z.object({
  name: nameSchema,
  kind: z.enum(['person', 'service']).default('person'),
  scopes: z.array(z.enum(KEY_SCOPES)).min(1, 'Choose at least one scope.'),
  /** Of a service's key; at most the maker's own. */
  role: z.enum(['admin', 'member', 'viewer']).optional(),
  /** Days until it ends; null: never. */
  expiresInDays: z.number().int().min(1).max(366).nullable().default(90),
});
/** `secret` is shown this once. */
export interface CreatedApiKey {
  key: ApiKey;
  secret: string;
}

/** Who sees a project: everybody of the organisation, or (restricted) its owners, its admins and these members. */
export interface ProjectMembers {
  restricted: boolean;
  userIds: string[];
}
export const projectMembersSchema = z.object({ restricted: z.boolean(), userIds: z.array(z.string()).max(1000) });

export interface AuditEntry {
  id: string;
  at: number;
  actor: { kind: 'person' | 'key' | 'runner' | 'system'; id: string; name: string };
  /** A verb on a noun: "member.role_changed", "run.started", "runner.revoked". */
  action: string;
  target: { kind: string; id: string; name: string | null };
  projectId: string | null;
  address: string | null;
  /** What changed, without secrets: { from, to } and the like. */
  details: Record<string, unknown>;
}
