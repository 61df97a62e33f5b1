/** `a, b and c`; of more than a few, the first ones and how many more there are. */
export function listed(items: readonly string[], most = 4): string {
  const more = items.length - most
  if (more > 1) return `${items.slice(0, most).join(', ')} and ${more} more`
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}
