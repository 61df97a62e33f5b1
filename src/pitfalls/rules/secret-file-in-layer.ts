import { describeProject, type ListedFile, type SecretFile } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import type { ImageLayer } from '../image-facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { hiddenFiles } from '../../analysis/index.ts'
import { placeOfLine, stepAtLine } from '../queries/image-files.ts'

/** A credential in a layer, whether a later line deletes it or not. */
export const secretFileInLayer: Pitfall = {
  id: 'secret-file-in-layer',
  summary: 'No layer holds a key, a token or a file with passwords: who has the image has all of its layers.',
  severity: 'error',
  level: 'image',
  profiles: ['decision', 'security', 'production'],
  peers: {},
  find,
}

/** What distributions and packages bring: certificates to test with, keys that everybody has. */
const ofPackages =
  /^(?:usr\/(?!src\/|local\/(?!lib|share|include|go\/|bundle\/|cargo\/|rustup\/)|share\/nginx\/html\/)|lib(?:32|64)?\/|s?bin\/|boot\/|opt\/(?:conda|java)\/|go\/pkg\/|var\/(?:cache|log)\/|var\/lib\/(?:apt|dpkg|apk|rpm|pacman|dnf)\/|etc\/(?:ssl\/certs|ssl\/private\/ssl-cert-snakeoil|pki\/|ca-certificates|apt\/|alternatives\/|pam\.d\/|security\/|shadow|gshadow|passwd))/

function find(facts: Facts): readonly PitfallHit[] {
  const { image } = facts
  if (image === undefined) return []
  const hidden = new Map(hiddenFiles(image.layers).map((one) => [`${one.layer} ${one.entry.path}`, one]))
  return image.layers.flatMap((layer, index): readonly PitfallHit[] => {
    const { line } = layer
    if (line === undefined) return []
    return secretsIn(layer).map(({ path, what, line: row }) => {
      const gone = hidden.get(`${index} ${path}`)
      const by = gone === undefined ? undefined : image.layers[gone.by]?.line
      const deleted =
        by === undefined
          ? ''
          : `; line ${by} ${gone?.how === 'deleted' ? 'deletes' : 'overwrites'} it, and this layer still has it`
      return {
        at: placeOfLine(facts, line),
        message: `the layer of line ${line} holds ${what}: /${path}${row === undefined ? '' : ` (its line ${row})`}${deleted}`,
        hint:
          stepAtLine(facts, line)?.kind === 'RUN'
            ? 'hand it over with RUN --mount=type=secret, and replace it: who has the image has it'
            : 'keep it out with .dockerignore, hand it over when the container starts, and replace it: who has the image has it',
        evidence: { path: `/${path}`, what, by: line },
      }
    })
  })
}

/** Credentials among the files of a layer; those that distributions and packages bring are none. */
export function secretsIn({ entries, read }: Pick<ImageLayer, 'entries' | 'read'>): readonly SecretFile[] {
  const files = entries
    .filter(({ kind, path }) => kind === 'file' && !ofPackages.test(path))
    .map(({ path, size, mode }): ListedFile => ({ path, kind: 'file', size, executable: (mode & 0o111) !== 0 }))
  const sizes = new Map(files.map(({ path, size }) => [path, size]))
  const text = (path: string): string | undefined => {
    const bytes = read(path, { offset: 0, length: sizes.get(path) ?? 0 })
    return bytes === undefined || bytes.includes(0) ? undefined : Buffer.from(bytes).toString('utf8')
  }
  return describeProject({ files, truncated: false }, { read: text }).secrets
}
