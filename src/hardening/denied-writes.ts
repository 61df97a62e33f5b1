import path from 'node:path/posix'
import { resolveInRoot, type TreeView } from '../fileset/index.ts'
import type { HardeningFinding } from './finding.ts'
import type { ObservedCall } from './observation.ts'

/** Who the container runs as. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** The image, as far as it decides where may be written. */
export interface WritableImage {
  readonly tree: TreeView
  readonly identity: Identity
  /** Absolute paths that can be written all the same: VOLUME, --tmpfs. */
  readonly declared: readonly string[]
}

/** Directories that hold what belongs to others, too: nobody makes one of these a volume. */
const broad = new Set(
  '/ /bin /boot /etc /home /lib /lib32 /lib64 /media /mnt /opt /sbin /srv /usr /usr/bin /usr/lib /usr/lib64 /usr/libexec /usr/local /usr/local/bin /usr/local/lib /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/spool'.split(
    ' ',
  ),
)
const ofTheKernel = /^\/(proc|sys|dev)(\/|$)/
const temporary = new Set(['/tmp', '/var/tmp', '/run', '/run/lock', '/dev/shm'])

/** A directory to be made writable, and what was to be written there. */
interface Wanted {
  readonly place: string
  /** It is known to be one, though the image does not have it. */
  readonly directory: boolean
  readonly paths: Set<string>
  readonly programs: Set<string>
}

/** Each directory that the container wants to write to and may not, with what would let it. `written` are paths of a run that could. */
export function deniedWrites(
  image: WritableImage,
  calls: readonly ObservedCall[],
  written: readonly string[],
): readonly HardeningFinding[] {
  const wanted = new Map<string, Wanted>()
  const directories = new Set(calls.flatMap(({ call, path: made }) => (call.startsWith('mkdir') ? (made ?? []) : [])))
  const add = (file: string, { call = '', program }: Partial<ObservedCall> = {}): void => {
    const real = withoutLinks(image.tree, file, call.startsWith('open'))
    if (ofTheKernel.test(real) || image.declared.some((target) => isInside(real, target))) return
    const place = placeOf(
      image.tree,
      real,
      directories.has(file) || written.some((one) => one !== real && isInside(one, real)),
    )
    const entry = wanted.get(place) ?? {
      place,
      directory: directories.has(place),
      paths: new Set(),
      programs: new Set(),
    }
    wanted.set(place, entry)
    entry.paths.add(real)
    if (program !== undefined) entry.programs.add(path.basename(program))
  }
  for (const call of calls) if (isDenied(call)) add(call.path, call)
  // A file of the image that is given to somebody is changed, too, but there is no need to write there.
  const given = new Set(calls.flatMap(({ capability, path: file }) => (capability === 'CHOWN' ? (file ?? []) : [])))
  for (const file of written) if (!given.has(file)) add(file)
  return [...wanted.values()].sort((a, b) => a.place.localeCompare(b.place)).map((entry) => findingOf(image, entry))
}

type PathCall = ObservedCall & { readonly path: string }

/** EPERM is for what the owner or a capability may do, and for no lack of room to write. */
function isDenied(call: ObservedCall): call is PathCall {
  const { error, write, path: file, capability } = call
  return error !== undefined && error !== 'EPERM' && capability === undefined && write === true && file !== undefined
}

/** The deepest directory of the image above a path, or the highest one below it that is to be made. */
function placeOf(tree: TreeView, file: string, isDirectory: boolean): string {
  let place = tree.node(file.slice(1))?.kind === 'dir' ? file : path.dirname(file)
  let below = file
  while (place !== '/' && tree.node(place.slice(1))?.kind !== 'dir') {
    below = place
    place = path.dirname(place)
  }
  if (!broad.has(place)) return place
  if (below !== file || isDirectory) return place === below ? place : firstBelow(place, file)
  return file
}

/** The highest directory on the way to a file that is not everybody's. */
function firstBelow(place: string, file: string): string {
  const [name = ''] = file.slice(place === '/' ? 1 : place.length + 1).split('/')
  const below = path.join(place, name)
  return broad.has(below) && below !== file ? firstBelow(below, file) : below
}

function findingOf({ tree, identity }: WritableImage, { place, paths, programs, directory }: Wanted): HardeningFinding {
  const sorted = [...paths].sort()
  const who = programs.size === 0 ? '' : ` (${[...programs].sort().join(', ')})`
  const others = sorted.filter((one) => one !== place)
  const examples = others.slice(0, 3).join(', ')
  const more = others.length > 3 ? ` and ${others.length - 3} more` : ''
  return {
    about: 'write',
    grave: false,
    text: `writes to ${place}${who}${examples === '' ? '' : `: ${examples}${more}`}`,
    advice: adviceFor(tree, identity, { place, files: sorted, directory }),
    paths: sorted,
  }
}

function adviceFor(
  tree: TreeView,
  identity: Identity,
  {
    place,
    files,
    directory,
  }: { readonly place: string; readonly files: readonly string[]; readonly directory: boolean },
): readonly string[] {
  const node = tree.node(place.slice(1))
  const lone = !directory && files.length === 1 && files[0] === place && node?.kind !== 'dir'
  if (broad.has(place) || (lone && broad.has(path.dirname(place))))
    return [
      `write ${files[0] ?? place} below a directory of its own, such as /data, and make that a VOLUME or a --tmpfs`,
    ]
  if (temporary.has(place)) return [`run it with --tmpfs ${place}`]
  const hidden = node?.kind === 'dir' ? tree.names(place.slice(1)).length : 0
  const owned = node !== undefined && mayWrite(node, identity)
  const own = owned
    ? []
    : [`give it to the user first: RUN mkdir -p ${place} && chown ${identity.uid}:${identity.gid} ${place}`]
  if (hidden > 0)
    return [
      `write to a directory that is empty in the image, or add VOLUME ${place}; a tmpfs would hide the ${hidden} entries that are there`,
      ...own,
    ]
  return [`add VOLUME ${place}, or run it with --tmpfs ${place}`, ...own.map((line) => `for a VOLUME, ${line}`)]
}

/** As the kernel decides for somebody without capabilities and other groups. */
export function mayWrite(
  node: { readonly uid: number; readonly gid: number; readonly mode: number },
  { uid, gid }: Identity,
): boolean {
  const shift = node.uid === uid ? 6 : node.gid === gid ? 3 : 0
  return ((node.mode >> shift) & 2) !== 0
}

/** Opening follows the last link, too; what replaces or removes a name does not. */
function withoutLinks(tree: TreeView, file: string, followLast: boolean): string {
  const found = resolveInRoot(tree, file, { followLast })
  return typeof found === 'string' ? `/${found}` : path.normalize(file)
}

function isInside(file: string, directory: string): boolean {
  return file === directory || file.startsWith(directory === '/' ? '/' : `${directory}/`)
}
