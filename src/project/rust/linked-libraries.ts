/** A dependency of a manifest. */
export interface CrateUse {
  readonly name: string
  readonly version: string
  readonly features: readonly string[]
  readonly defaults: boolean
}

/** Crates of `Cargo.lock` that link a shared library, and crates that, when they are there, too, compile it in instead. */
const linking: readonly { readonly crate: string; readonly libraries: readonly string[]; readonly source?: string }[] =
  [
    { crate: 'openssl-sys', libraries: ['libssl.so.3', 'libcrypto.so.3'], source: 'openssl-src' },
    { crate: 'pq-sys', libraries: ['libpq.so.5'], source: 'pq-src' },
    { crate: 'mysqlclient-sys', libraries: ['libmariadb.so.3'], source: 'mysqlclient-src' },
    { crate: 'zmq-sys', libraries: ['libzmq.so.5'], source: 'zeromq-src' },
    { crate: 'alsa-sys', libraries: ['libasound.so.2'] },
    { crate: 'libudev-sys', libraries: ['libudev.so.1'] },
    { crate: 'libgphoto2-sys', libraries: ['libgphoto2.so.6'] },
    { crate: 'gstreamer-sys', libraries: ['libgstreamer-1.0.so.0'] },
    { crate: 'glib-sys', libraries: ['libglib-2.0.so.0'] },
    { crate: 'gdk-pixbuf-sys', libraries: ['libgdk_pixbuf-2.0.so.0'] },
    { crate: 'gtk-sys', libraries: ['libgtk-3.so.0'] },
    { crate: 'gtk4-sys', libraries: ['libgtk-4.so.1'] },
    { crate: 'pcap', libraries: ['libpcap.so.0.8'] },
    { crate: 'leptonica-sys', libraries: ['liblept.so.5'] },
    { crate: 'tesseract-sys', libraries: ['libtesseract.so.5'] },
  ]

/**
 * The shared libraries that the program needs at run time, by the names that Debian and Alpine share. The lock file
 * decides; where it lists nothing, what the manifest asks for does.
 */
export function linkedLibraries(uses: readonly CrateUse[], locked: ReadonlySet<string>): readonly string[] {
  const found = linking.flatMap(({ crate, libraries, source }) =>
    locked.has(crate) && !(source !== undefined && locked.has(source)) ? libraries : [],
  )
  const sqlite = locked.size === 0 || locked.has('libsqlite3-sys') ? sqliteOf(uses) : []
  const own = locked.size === 0 ? uses.flatMap((use) => byManifest(use)) : []
  const vendored = uses.some(({ features }) => features.some((each) => /^(?:native-tls-)?vendored$/.test(each)))
  const kept = [...new Set([...found, ...own, ...sqlite])]
  return vendored ? kept.filter((library) => !/^lib(?:ssl|crypto)\./.test(library)) : kept
}

/** Compiled in by the feature `bundled`, which sqlx always asks for. */
function sqliteOf(uses: readonly CrateUse[]): readonly string[] {
  const links = uses.some(
    ({ name, features }) =>
      name === 'libsqlite3-sys' || name === 'rusqlite' || (name === 'diesel' && features.includes('sqlite')),
  )
  const bundled = uses.some(({ features }) => features.some((each) => each.startsWith('bundled')))
  return links && !bundled ? ['libsqlite3.so.0'] : []
}

function byManifest(use: CrateUse): readonly string[] {
  const { name, features } = use
  const direct = linking.find(({ crate }) => crate === name)?.libraries
  if (direct !== undefined) return direct
  if (usesNativeTls(use)) return ['libssl.so.3', 'libcrypto.so.3']
  if (name === 'diesel' && features.includes('postgres')) return ['libpq.so.5']
  if (name === 'diesel' && features.includes('mysql')) return ['libmariadb.so.3']
  return []
}

/** Crates that exist to use OpenSSL, and those that do so by a feature or by default. */
function usesNativeTls({ name, version, features, defaults }: CrateUse): boolean {
  if (
    /^(?:openssl|native-tls|tokio-native-tls|hyper-tls|tokio-openssl|hyper-openssl|postgres-native-tls|postgres-openssl|async-native-tls|isahc)$/.test(
      name,
    )
  )
    return true
  if (
    features.some((each) => /(?:^|[-_])native-tls(?:-alpn)?$|^(?:openssl|openssl-tls|default-tls)$/.test(each)) &&
    name !== 'ureq'
  ) {
    return !features.some((each) => each.endsWith('vendored'))
  }
  if (name === 'reqwest') return defaults && !/^[\^~=]?\s*0\.(?:1[3-9]|[2-9]\d)|^[\^~=]?\s*[1-9]/.test(version)
  return (name === 'lettre' || name === 'teloxide') && defaults
}

/**
 * Whether the program verifies servers with the roots of the system. Roots that are compiled in (webpki-roots) need no
 * such thing.
 */
export function speaksTls(uses: readonly CrateUse[]): boolean {
  if (uses.some(({ name }) => /^(?:webpki-roots|webpki-root-certs)$/.test(name))) return false
  return uses.some((use) => usesNativeTls(use) || usesSystemRoots(use))
}

function usesSystemRoots({ name, version, features, defaults }: CrateUse): boolean {
  if (
    /^(?:rustls-native-certs|rustls-platform-verifier|octocrab|async-openai|async-stripe|google-cloud-storage|google-cloud-pubsub|object_store|rusoto_core)$/.test(
      name,
    )
  )
    return true
  if (/^aws-(?:sdk-\w+|config)$/.test(name)) return true
  if (features.some((each) => /native-roots|native-certs|platform-verifier/.test(each))) return true
  // From 0.13 on, reqwest asks the system through rustls.
  return name === 'reqwest' && (defaults || features.includes('rustls')) && /^[\^~=]?\s*0\.1[3-9]/.test(version)
}
