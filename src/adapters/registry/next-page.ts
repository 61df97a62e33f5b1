/** `</v2/name/tags/list?n=50&last=x>; rel="next"` (RFC 8288), on the same server. */
export function nextPage(link: string | undefined, from: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1]
  if (target === undefined || !URL.canParse(target, from.href)) return undefined
  const next = new URL(target, from)
  return next.origin === from.origin ? next : undefined
}
