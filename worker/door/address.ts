/** Where a call comes from. Cloudflare's edge sets the header itself; of an embedded server the other end is always this machine. */
export function addressOf(request: Request): string {
  return request.headers.get('cf-connecting-ip') ?? 'local';
}

/** What counts as one caller for limits: of IPv6 the first 64 bits, for one person holds them all. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length;
  const whole = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(tail?.split(':') ?? [])];
  return whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase() || '0')
    .join(':');
}
