import type { Facts } from '../facts.ts'
import { installedPackages } from './installed-packages.ts'
import { librariesOfPackage, librariesOfSource } from './package-libraries.ts'
import type { ShippedCode } from './shipped-code.ts'
import { libraryOfFlag, type SharedLibrary, sharedLibraries } from './shared-libraries.ts'

/** A library that machine code is linked with, and what needs it. */
export interface NeededLibrary {
  readonly library: SharedLibrary
  readonly by: string
}

/** The shared libraries besides libc that shipped code needs, as far as manifests, flags and packages tell. */
export function neededLibraries(facts: Facts, code: ShippedCode): readonly NeededLibrary[] {
  const [name = ''] = code.names
  switch (code.what) {
    case 'rust':
      return ofRust(facts, code).map((library) => ({ library, by: `\`${name}\`` }))
    case 'c':
    case 'c++':
      return ofC(code).map((library) => ({ library, by: `\`${name}\`` }))
    case 'go':
      return ofGo(facts, code).map((library) => ({ library, by: `\`${name}\`` }))
    case 'elixir':
      return named(['libcrypto', 'libstdc++']).map((library) => ({ library, by: `the release \`${name}\`` }))
    case 'python':
    case 'ruby':
    case 'php':
    case 'node':
      return ofPackages(code)
    case 'system':
      return named(ofPrograms.get(name) ?? []).map((library) => ({ library, by: `\`${name}\`` }))
    default:
      return []
  }
}

/** Programs of distributions that are often copied alone. */
const ofPrograms: ReadonlyMap<string, readonly string[]> = new Map([
  ['jq', ['libonig']],
  ['curl', ['libcurl']],
  ['psql', ['libpq']],
  ['pg_dump', ['libpq']],
  ['pg_isready', ['libpq']],
])

function named(stems: readonly string[]): readonly SharedLibrary[] {
  return stems.flatMap((stem) => sharedLibraries.get(stem) ?? [])
}

function ofRust({ project }: Facts, { contextDirectory, libc }: ShippedCode): readonly SharedLibrary[] {
  const own = project?.rust.find(({ directory }) => directory === contextDirectory)
  const members = own?.isWorkspace === true ? (project?.rust ?? []) : own === undefined ? [] : [own]
  const stems = members.flatMap(({ libraries }) => libraries.map((soname) => soname.replace(/\.so.*$/, '')))
  return named([...new Set([...stems, ...(libc === 'glibc' ? ['libgcc_s'] : [])])])
}

/** `-lsqlite3`; where a tool tells the flags, the packages with headers that the stage installs. */
function ofC({ what, madeBy, stage, names }: ShippedCode): readonly SharedLibrary[] {
  const builds = (madeBy?.command?.actions ?? []).filter(({ kind }) => kind === 'build')
  const own = builds.filter(
    (build) =>
      build.kind === 'build' &&
      (build.outputs.length === 0 || build.outputs.some((path) => names.some((name) => path.includes(name)))),
  )
  const words = own.flatMap(({ command }) => command.words.map(({ text, value }) => value ?? text))
  if (words.some((word) => /-Bstatic/.test(word))) return []
  const flags = words.flatMap((word) => libraryOfFlag(word.startsWith('-l') ? word : '-l') ?? [])
  const isDirect = own.every(({ command }) =>
    /(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-[\d.]+)?$/.test(command.program),
  )
  const asks = words.some((word) => /-config\b/.test(word))
  const headers = stage === undefined || (isDirect && !asks) ? [] : headersIn(installedPackages(stage.history).names)
  const cpp = what === 'c++' && !words.some((word) => /-static-lib/.test(word)) ? named(['libstdc++']) : []
  return [...new Set([...flags, ...headers, ...cpp])]
}

function headersIn(packages: ReadonlySet<string>): readonly SharedLibrary[] {
  const found = [...sharedLibraries.values()].filter(({ headers }) => [...packages].some((name) => headers.test(name)))
  // libssl-dev is for both; whoever needs one has the other.
  return found.filter(({ stem }) => stem !== 'libcrypto')
}

const goPackages: readonly (readonly [RegExp, readonly string[]])[] = [
  [/h2non\/bimg|davidbyttow\/govips/, ['libvips']],
  [/libgit2\/git2go/, ['libgit2']],
  [/otiai10\/gosseract/, ['libtesseract']],
  [/gographics\/imagick/, ['libMagickWand-6.Q16']],
  [/pebbe\/zmq4/, ['libzmq']],
  [/gordonklaus\/portaudio/, ['libportaudio']],
  [/rakyll\/magicmime|vimeo\/go-magic/, ['libmagic']],
  [/google\/gopacket|gopacket\/gopacket/, ['libpcap']],
  [/linxGnu\/grocksdb|tecbot\/gorocksdb/, ['librocksdb']],
  [/alexbrainman\/odbc/, ['libodbc']],
]

/** Known modules, and `#cgo LDFLAGS: -l…` of the sources. */
function ofGo({ project }: Facts, { contextDirectory }: ShippedCode): readonly SharedLibrary[] {
  const module = project?.go.find(({ directory }) => directory === contextDirectory)
  if (project === undefined || module === undefined || !module.usesCgo) return []
  const known = goPackages.flatMap(([pattern, stems]) =>
    module.requires.some((path) => pattern.test(path)) ? stems : [],
  )
  const flags = project
    .below(module.directory)
    .filter(({ path }) => path.endsWith('.go') && !path.endsWith('_test.go'))
    .slice(0, 300)
    .flatMap(({ path }) => [...(project.text(path) ?? '').matchAll(/^\/?\/?\s*#cgo\s[^\n]*LDFLAGS:([^\n]*)/gm)])
    .flatMap(([, text = '']) =>
      /-Bstatic|\.a\b/.test(text) ? [] : text.split(/\s+/).filter((word) => word.startsWith('-l')),
    )
  return [...new Set([...named(known), ...flags.flatMap((flag) => libraryOfFlag(flag) ?? [])])]
}

function ofPackages({
  what,
  names,
  stage,
  madeBy,
}: Pick<ShippedCode, 'what' | 'names' | 'stage' | 'madeBy'>): readonly NeededLibrary[] {
  const packages = stage === undefined ? undefined : installedPackages(stage.history).names
  // What wheels and prebuilt addons would bring is compiled against the system.
  const compiled = /--no-binary|build[-_]from[-_]source/.test(madeBy?.instruction.rest.text ?? '')
  return names.flatMap((name) => {
    return [...librariesOfPackage(what, name), ...(compiled ? librariesOfSource(what, name) : [])].flatMap(
      (word): readonly NeededLibrary[] => {
        const library = sharedLibraries.get(word.replace('!', ''))
        if (library === undefined) return []
        const isThere = [...(packages ?? [])].some((one) => library.headers.test(one) || library.bringers.test(one))
        return word.startsWith('!') || isThere ? [{ library, by: `\`${name}\`` }] : []
      },
    )
  })
}
