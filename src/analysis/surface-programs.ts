/** Programs that serve whoever gets into a container. */
export type ProgramKind = 'shell' | 'package-manager' | 'interpreter' | 'network-tool' | 'compiler'

/** Where programs lie that PATH finds, and where languages and their managers are installed besides. */
const directories =
  /^(?:(?:usr\/)?(?:local\/)?s?bin|busybox|nodejs\/bin|opt\/(?:[^/]+\/){1,2}bin|usr\/local\/(?:go|cargo|[^/]*j(?:dk|re)[^/]*)\/bin|usr\/lib\/jvm\/[^/]+\/(?:jre\/)?bin|root\/\.cargo\/bin)\/([^/]+)$/

const names: readonly (readonly [ProgramKind, RegExp])[] = [
  ['shell', /^(?:sh|bash|rbash|dash|ash|zsh|ksh\d*|mksh|fish|csh|tcsh|hush|pwsh|nu)$/],
  [
    'package-manager',
    /^(?:apt|apt-get|dpkg|apk|dnf5?|yum|microdnf|tdnf|rpm|zypper|pacman|opkg|pip[\d.]*|npm|npx|corepack|yarn|yarnpkg|pnpm|pnpx|gem|bundle|bundler|composer|uv|poetry|pipx|conda|mamba)$/,
  ],
  [
    'interpreter',
    /^(?:python\d*(?:\.\d+)?|pypy\d*(?:\.\d+)?|perl[\d.]*|ruby[\d.]*|node|nodejs|deno|bun|php[\d.]*|java|lua[\d.]*|luajit|tclsh[\d.]*|guile[\d.]*|erl|beam\.smp|Rscript|R|awk|gawk|mawk|dotnet)$/,
  ],
  [
    'network-tool',
    /^(?:curl|wget|nc|ncat|netcat|nc\.(?:openbsd|traditional)|socat|telnet|ftp|tftp|ssh|scp|sftp|rsync|nmap|tcpdump|git|dig|nslookup)$/,
  ],
  [
    'compiler',
    /^(?:(?:[a-z0-9_]+-)*(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as)(?:-[\d.]+)?|tcc|go|rustc|cargo|javac|make|gmake|ghc|swiftc|gfortran|nasm|yasm|tsc)$/,
  ],
]

/** What a program is by its place and name; undefined for most. */
export function programKind(path: string): ProgramKind | undefined {
  const name = directories.exec(path)?.[1]
  return name === undefined ? undefined : names.find(([, pattern]) => pattern.test(name))?.[0]
}

/** What a file of an image offers to whoever gets in. */
export type SurfaceKind = ProgramKind | 'setuid' | 'setgid' | 'capability' | 'world-writable'
