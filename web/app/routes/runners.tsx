import { redirect } from '@remix-run/cloudflare';

/** The page's address of before. */
export function loader() {
  return redirect('/machines', 301);
}
