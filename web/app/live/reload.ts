let reloading = false;

/** True while the page reloads itself: drafts are in localStorage, so nobody needs to be warned. */
export function isReloading(): boolean {
  return reloading;
}

/** Another build serves now: take its pages. At most once for a build, should the two never agree. */
export function reloadForBuild(build: string): void {
  const key = 'specwright:reloaded-for';
  if (sessionStorage.getItem(key) === build) return;
  sessionStorage.setItem(key, build);
  reloading = true;
  location.reload();
}
