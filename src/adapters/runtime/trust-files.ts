import { renderPem, parsePem, unique } from './certificates.ts'
import { bundlePaths, type HostTrust } from './host-trust.ts'
import { encodeJavaKeyStore } from './java-key-store.ts'
import { defaultPath, type StepFile } from './step-spec.ts'

/** Files for a step and the variables that point tools to them. */
export interface TrustFiles {
  readonly files: readonly StepFile[]
  /** `NAME=value`. */
  readonly env: readonly string[]
}

/** Below /dev, which is no part of the root file system: nothing to create there and nothing to clean up. */
const directory = '/dev/slipway'
const bundle = `${directory}/ca-bundle.crt`
const additions = `${directory}/ca-extra.crt`
const keyStore = `${directory}/ca-truststore.jks`
const aptConfig = `${directory}/apt.conf`
const wgetConfig = `${directory}/wgetrc`

/** The password that every Java installation uses; it protects nothing. */
const keyStorePassword = 'changeit'

/** Variables whose file replaces the tool's own authorities. */
const bundleVariables = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO',
  'AWS_CA_BUNDLE',
  'NIX_SSL_CERT_FILE',
  'BUNDLE_SSL_CA_CERT',
  'PERL_LWP_SSL_CA_FILE',
]

/**
 * Those that only matter where one of these programs is: no step installs it and uses it at once. Their names would turn
 * up in `env | grep PATH` of every step.
 */
const rareBundleVariables: readonly (readonly [string, readonly string[]])[] = [
  ['HEX_CACERTS_PATH', ['mix']],
  ['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', ['python3', 'python', 'ruby', 'php', 'node']],
]

/** Variables whose file adds to the tool's own authorities. */
const additionVariables = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT']

/** Which authorities steps are to trust. */
interface Trust {
  readonly mode: 'auto' | 'on'
  readonly host: HostTrust
}

/** What is looked at in the root file system of a step. */
export interface RootFiles {
  /** The bytes of a regular file. */
  readonly read: (path: string) => Buffer | undefined
  /** The names in a directory; none where there is no directory. */
  readonly list: (path: string) => readonly string[]
}

/**
 * What makes the tools of a step trust the host's authorities, or undefined when the root file system trusts them
 * already. `auto` looks at the host's own authorities only and leaves roots alone that cannot verify any server; `on`
 * looks at all. The system bundle itself stays untouched: `update-ca-certificates` renames over it, which a mount there
 * would break, and a step may copy it into a layer. Variables that `env` (`NAME=value`) sets are left alone.
 */
export function trustFiles(trust: Trust, env: readonly string[], root: RootFiles): TrustFiles | undefined {
  const completed = completeBundle(trust, root)
  if (completed === undefined) return undefined
  const set = new Set(env.map((pair) => pair.slice(0, pair.indexOf('='))))
  const variables = [
    ...bundleVariables.map((name) => [name, bundle] as const),
    ...rareVariables(env, root).map((name) => [name, bundle] as const),
    ...additionVariables.map((name) => [name, additions] as const),
    ['APT_CONFIG', aptConfig] as const,
    ['SYSTEM_WGETRC', wgetConfig] as const,
    // With the first one taken by the image, the second reaches at least the `java` launcher since version 9.
    [set.has('JAVA_TOOL_OPTIONS') ? 'JDK_JAVA_OPTIONS' : 'JAVA_TOOL_OPTIONS', javaOptions()] as const,
  ]
  return {
    files: [
      ...completed,
      [aptConfig, `Acquire::https::CAInfo "${bundle}";\n`] as const,
      // The variable replaces the system file, so its content comes along.
      [wgetConfig, `${root.read('/etc/wgetrc')?.toString('utf8') ?? ''}\nca_certificate = ${bundle}\n`] as const,
    ].map(([target, content]) => ({ target, content, mode: 0o644 })),
    env: variables.filter(([name]) => !set.has(name)).map(([name, value]) => `${name}=${value}`),
  }
}

function rareVariables(env: readonly string[], { list }: RootFiles): readonly string[] {
  const path = env.findLast((pair) => pair.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath
  const programs = new Set(path.split(':').flatMap((directory) => list(directory)))
  return rareBundleVariables.flatMap(([name, readers]) => (readers.some((one) => programs.has(one)) ? [name] : []))
}

const certificateDirectories = ['/etc/ssl/certs', '/etc/pki/tls/certs']
const loaderDirectories = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/lib32', '/libx32']

/** The dynamic loaders of glibc and musl: `ld-linux-x86-64.so.2`, `ld-musl-aarch64.so.1`, `ld64.so.2`. */
const loaderName = /^ld(?:64)?(?:-[\w.-]+)?\.so\.\d+$/

/**
 * Whether anything in a root without a bundle of authorities could verify a server. Package managers and interpreters,
 * which bring authorities along or fetch them, are linked dynamically. What is linked statically (busybox, a Go program
 * on scratch) and finds no certificates trusts no public server either, so there is nothing to add to; Nix and Guix
 * keep their loader in the store.
 */
function mayVerifyServers({ list }: RootFiles): boolean {
  return (
    loaderDirectories.some((directory) => list(directory).some((name) => loaderName.test(name))) ||
    [...certificateDirectories, '/nix/store', '/gnu/store'].some((directory) => list(directory).length > 0)
  )
}

type Contents = readonly (readonly [path: string, content: string | Uint8Array])[]

/** Decoding and encoding 150 certificates takes 15 ms, and most steps of a build find the same bundle. */
const certificatesIn = rememberingLast(parsePem)
const completions = new WeakMap<Trust, (text: string) => Contents | undefined>()

/** The files with what a root trusts and what it lacks; undefined where it lacks nothing or can verify nobody. */
function completeBundle(trust: Trust, root: RootFiles): Contents | undefined {
  const text = bundleOf(root)
  if (trust.mode === 'auto' && text === '' && !mayVerifyServers(root)) return undefined
  const complete = completions.get(trust) ?? rememberingLast((base: string) => contents(trust, base))
  completions.set(trust, complete)
  return complete(text)
}

/** The text of the first bundle that holds a certificate. */
function bundleOf({ read }: RootFiles): string {
  for (const path of bundlePaths) {
    const text = read(path)?.toString('latin1') ?? ''
    if (certificatesIn(text).length > 0) return text
  }
  return ''
}

/** The function with its last four results; a bundle and what is made of it take 600 kB. */
function rememberingLast<T>(make: (text: string) => T): (text: string) => T {
  const known: { readonly text: string; readonly made: T }[] = []
  return (text) => {
    const found = known.find((one) => one.text === text)
    if (found !== undefined) return found.made
    const made = make(text)
    known.unshift({ text, made })
    known.splice(4)
    return made
  }
}

function contents({ mode, host }: Trust, text: string): Contents | undefined {
  const base = certificatesIn(text)
  const trusted = new Set(base.map(({ sha256 }) => sha256))
  const missing = (mode === 'on' ? host.all : host.own).filter(({ sha256 }) => !trusted.has(sha256))
  if (missing.length === 0) return undefined
  // A root without a bundle gets the host's: with the additions alone, public servers would not be trusted.
  const merged = unique([...(base.length > 0 ? base : host.all), ...missing])
  const store = encodeJavaKeyStore(
    merged.map(({ der }) => der),
    keyStorePassword,
  )
  return [
    [bundle, renderPem(merged)],
    [additions, renderPem(missing)],
    [keyStore, store],
  ]
}

function javaOptions(): string {
  const property = (name: string, value: string): string => `-Djavax.net.ssl.${name}=${value}`
  return [
    property('trustStore', keyStore),
    property('trustStoreType', 'JKS'),
    property('trustStorePassword', keyStorePassword),
  ].join(' ')
}
