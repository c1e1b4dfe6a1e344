import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { useLoaderData } from '@remix-run/react';
import type { Me, Page } from '@specwright/protocol/api.ts';
import type { Invitation, Member } from '@specwright/protocol/people-api.ts';
import { type OrganisationIntent, organisationCall } from '../organisation/organisation-intents.ts';
import { OrganisationPage } from '../organisation/organisation-page.tsx';
import { perform, read, readOptional } from '../server/api.ts';
import { FailureCard } from '../shell/failure.tsx';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.me.organisation?.name ?? 'People'} · Specwright` }];

export async function loader(args: LoaderFunctionArgs) {
  const [me, members, invitations] = await Promise.all([
    read<Me>(args, '/api/me'),
    read<Page<Member>>(args, '/api/organisation/members'),
    readOptional<Page<Invitation>>(args, '/api/organisation/invitations'),
  ]);
  return { me, members, invitations };
}

export async function action(args: ActionFunctionArgs) {
  return perform(args, organisationCall((await args.request.json()) as OrganisationIntent));
}

export default function OrganisationRoute() {
  return <OrganisationPage {...useLoaderData<typeof loader>()} />;
}

export function ErrorBoundary() {
  return <FailureCard />;
}
