import { closedDirectory, type Identity, mayUse, rightsInWords } from './identity.ts'
import type { Walk } from './walk.ts'

/** Who runs, and what it is told by the environment. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>
  readonly identity?: Identity
}

/** Says which directories a program is sure to write to and cannot: volumes, and /tmp for programs that are known to need it. */
export function checkDirectories(walk: Walk, { env, identity }: Surroundings): void {
  const { root, findings } = walk
  if (identity !== undefined && identity.uid !== 0)
    for (const volume of Object.keys(root.image.config.Volumes ?? {})) checkVolume(walk, volume, identity)
  const { reached } = findings.closure()
  const gunicorn = [...reached].find((path) => /(?:^|\/)gunicorn$/.test(path))
  const temporary = env.TMPDIR ?? '/tmp'
  const places = [temporary, '/tmp', '/var/tmp', '/usr/tmp']
  if (gunicorn === undefined || places.some((place) => root.find(place)?.node.kind === 'dir')) return
  findings.gap({
    kind: 'directory',
    severity: 'error',
    message: `/${gunicorn} keeps its workers' files in ${temporary}, which is not in the image`,
    file: gunicorn,
    needs: temporary,
    hint: `COPY --chmod=1777 of an empty directory to ${temporary}, or a base that has it`,
  })
}

/** What docker puts into an anonymous volume belongs to whom the directory of the image belongs to. */
function checkVolume({ root, findings }: Walk, volume: string, identity: Identity): void {
  const found = root.find(volume)
  if (
    found?.node.kind === 'dir' &&
    mayUse(identity, found.node, 2) &&
    closedDirectory(root, identity, volume) === undefined
  )
    return
  const why = found === undefined ? 'which docker makes for root' : rightsInWords(found.node)
  findings.gap({
    kind: 'directory',
    severity: 'warning',
    message: `the user ${identity.name} may not write to the volume ${volume} (${why})`,
    instruction: 'VOLUME',
    needs: volume,
    hint: `RUN install -d -o ${identity.name.split(':')[0]} ${volume} before VOLUME and USER`,
  })
}
