import { distributionOf, installLine, nodeAt, readBytes } from '../distribution.ts'
import { type FailedStep, lastMatch, type Recogniser } from '../failed-step.ts'
import { packagesOfLibrary } from '../../inventory/index.ts'

/** Which releases bring which version, oldest first; from the release notes of the distributions, November 2025. */
const releases: Readonly<Record<string, readonly (readonly [version: number, bases: string])[]>> = {
  GLIBC_2: [
    [28, 'Debian 10, RHEL 8'],
    [31, 'Debian 11, Ubuntu 20.04'],
    [34, 'RHEL 9'],
    [35, 'Ubuntu 22.04'],
    [36, 'Debian 12'],
    [39, 'Ubuntu 24.04, RHEL 10'],
    [41, 'Debian 13'],
  ],
  'GLIBCXX_3.4': [
    [25, 'Debian 10, RHEL 8'],
    [28, 'Debian 11'],
    [29, 'RHEL 9'],
    [30, 'Debian 12, Ubuntu 22.04'],
    [33, 'Debian 13, Ubuntu 24.04, RHEL 10'],
  ],
}

/** A program or library that was built against a newer C or C++ library than this base has. */
export const libraryVersion: Recogniser = (step) => {
  const pattern = /(\/[^\s:]+): version [`'"](GLIBC_2|GLIBCXX_3\.4)\.(\d+)['"] not found \(required by ([^)]+)\)/
  const [most] = needed(step, pattern).sort((a, b) => b.minor - a.minor)
  if (most === undefined || lastMatch(step, [pattern]) === undefined) return undefined
  const { file, family, minor, by } = most
  const have = newestVersion(step, file, family)
  const library = family === 'GLIBC_2' ? 'glibc' : 'libstdc++'
  const wanted = `${family}.${minor}`
  const bases = releases[family]?.filter(([version]) => version >= minor).map(([, names]) => names)
  return {
    reason: `${by} was built against a newer ${library} than this base has: it needs ${wanted}${have === undefined ? '' : `, the base has ${family}.${have}`}`,
    advice: [
      'build it in a stage with the same release as this base, or use a newer base here',
      ...(bases === undefined || bases.length === 0 ? [] : [`${wanted} or newer is in ${bases.join(', ')}`]),
    ],
  }
}

interface Need {
  readonly file: string
  readonly family: string
  readonly minor: number
  readonly by: string
}

function needed(step: FailedStep, pattern: RegExp): Need[] {
  return step.lines.flatMap((line) => {
    const [, file = '', family = '', minor = '', by = ''] = pattern.exec(line) ?? []
    return file === '' ? [] : [{ file, family, minor: Number(minor), by }]
  })
}

/** The newest symbol version in the library's own bytes: true for every base, with a package database or without. */
function newestVersion(step: FailedStep, file: string, family: string): number | undefined {
  const bytes = readBytes(step.tree, file)
  if (bytes === undefined) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const versions = [...text.matchAll(new RegExp(`${family.replace('.', '\\.')}\\.(\\d+)\\0`, 'g'))]
  return versions.length === 0 ? undefined : Math.max(...versions.map(([, minor]) => Number(minor)))
}

/** A program of one C library on a base of the other, where a compatibility layer or a plugin lets it come so far. */
export const foreignLibc: Recogniser = (step) => {
  const loader = lastMatch(step, [
    /Error loading shared library (ld-linux-[\w.-]+): No such file or directory(?: \(needed by ([^)]+)\))?/,
    /Error relocating ([^\s:]+): (__\w+_chk|gnu_get_libc_version|__libc_\w+|__res_\w+|fcntl64|__register_atfork): symbol not found/,
  ])
  if (loader === undefined) return undefined
  const program = loader[0].includes('relocating') ? loader[1] : loader[2]
  return {
    reason: `${program ?? 'a program'} was built against glibc, and this base has musl`,
    advice: [
      'install or build it in a stage of the same base (npm ci, pip install), or use a base with glibc (debian)',
    ],
  }
}

const notLoaded: readonly RegExp[] = [
  /^(?:.*?)([^\s:]+): error while loading shared libraries: ([^\s:]+): cannot open shared object file/,
  /^Error loading shared library ([^\s:]+): No such file or directory(?: \(needed by ([^)]+)\))?/,
  /(?:ImportError|OSError|Error): ([\w.+-]+\.so[\w.]*): cannot open shared object file/,
]

/** A library that the program names and the base does not have. */
export const sharedLibrary: Recogniser = (step) => {
  const match = lastMatch(step, notLoaded)
  if (match === undefined) return undefined
  const named = match[0].includes('error while loading')
  const library = (named ? match[2] : match[1]) ?? ''
  const program = named ? match[1] : match[2]
  const needs = program === undefined ? 'a program needs' : `${program} needs`
  const elsewhere = ['usr/local/lib', 'usr/local/lib64'].find(
    (place) => nodeAt(step.tree, `/${place}/${library}`) !== undefined,
  )
  if (elsewhere !== undefined) {
    return {
      reason: `${needs} ${library}, which is in /${elsewhere}, where the loader does not find it`,
      advice: ['RUN ldconfig after it was put there, or name its directory in LD_LIBRARY_PATH'],
    }
  }
  const distribution = distributionOf(step.tree)
  const packages = distribution === undefined ? undefined : packagesOfLibrary(distribution.family, library)
  return {
    reason: `${needs} the shared library ${library}, which is not in this stage`,
    advice:
      packages === undefined || distribution === undefined
        ? ['install the package that brings it, or COPY it from the stage where the program was built']
        : [
            `in ${distribution.name} the package ${packages} brings it: ${installLine(distribution.family, [packages])}`,
          ],
    wanted: libraryPlaces(library),
  }
}

function libraryPlaces(library: string): readonly string[] {
  const triplets = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  const multiarch = triplets.flatMap((triplet) => [`usr/lib/${triplet}/${library}`, `lib/${triplet}/${library}`])
  return [
    ...['usr/local/lib', 'usr/lib', 'usr/lib64', 'lib', 'lib64'].map((place) => `${place}/${library}`),
    ...multiarch,
  ]
}
