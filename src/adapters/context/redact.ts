/** A URL, or a text that quotes URLs, with user names and passwords replaced by `xxxxx`. */
export function redactUrls(text: string): string {
  return text.replace(/((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,40}:\/\/)([^/?#\s'"@]+)@/gi, '$1xxxxx@')
}
