import type { PackageFacts } from './package.ts'

/** The packages of `/lib/apk/db/installed`: paragraphs of `X:value`, of which P, V, A, o and L are read. */
export function readApkDatabase(text: string): readonly PackageFacts[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const fields = new Map<string, string>()
    for (const line of paragraph.split('\n')) {
      const [letter, colon] = [line[0], line[1]]
      if (letter !== undefined && colon === ':' && !fields.has(letter)) fields.set(letter, line.slice(2).trim())
    }
    const [name, version, architecture, origin, license] = ['P', 'V', 'A', 'o', 'L'].map((key) => fields.get(key) ?? '')
    if (!name || !version) return []
    return [
      {
        type: 'apk' as const,
        name,
        version,
        ...(architecture ? { architecture } : {}),
        ...(origin && origin !== name ? { source: { name: origin, version } } : {}),
        ...(license ? { licenses: [license] } : {}),
      },
    ]
  })
}
