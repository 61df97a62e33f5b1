import { residueAt } from './residue-places.ts'

/** What a part of an image is for. */
export interface ContentClass {
  readonly id: string
  readonly title: string
  /** What to do about it. */
  readonly remedy: string
}

interface ClassRule extends ContentClass {
  readonly matches: (path: string) => boolean
}

const any =
  (...patterns: readonly RegExp[]): ClassRule['matches'] =>
  (path) =>
    patterns.some((pattern) => pattern.test(path))

/** `bin/x`, `usr/bin/x`, `usr/local/sbin/x`: where programs lie. */
const program = (names: string): RegExp => new RegExp(`^(?:usr/)?(?:local/)?s?bin/(?:${names})$`)

/** In the order in which they are tried: a test of a package manager is of the package manager. */
export const classRules: readonly ClassRule[] = [
  {
    id: 'caches',
    title: 'caches of package managers',
    remedy: 'mount a cache for that RUN, or delete it in the same RUN',
    matches: (path) => residueAt(path) !== undefined,
  },
  {
    id: 'vcs',
    title: 'history of sources',
    remedy: 'put .git into .dockerignore, or clone in a stage that is not shipped',
    matches: any(/(?:^|\/)\.(?:git|hg|svn|bzr)\//),
  },
  {
    id: 'package-managers',
    title: 'package managers',
    remedy:
      'copy the application into a base without one (distroless, scratch), or remove it in the RUN that uses it last',
    matches: any(
      program(
        '(?:apt|apt-.*|dpkg|dpkg-.*|apk|dnf|yum|microdnf|rpm|zypper|pacman|pip[\\d.]*|npm|npx|corepack|yarn|yarnpkg|pnpm|pnpx|gem|bundle|bundler|composer|uv|uvx|poetry|pipx)',
      ),
      /^(?:usr\/)?(?:local\/)?lib\/node_modules\/(?:npm|corepack|yarn|pnpm)\//,
      /^opt\/yarn-/,
      /^usr\/lib\/(?:apt|dpkg)\//,
      /^usr\/share\/(?:dpkg|bash-completion\/completions\/(?:apt|npm))/,
      /(?:^|\/)(?:site|dist)-packages\/(?:pip|setuptools|wheel|pkg_resources|_distutils_hack)(?:-[^/]*)?\//,
      /^(?:usr\/)?(?:local\/)?lib\/python[\d.]+\/ensurepip\//,
      /^usr\/lib\/python3\/dist-packages\/(?:dnf|apt)\//,
    ),
  },
  {
    id: 'toolchains',
    title: 'compilers and build tools',
    remedy: 'build in a stage of its own and copy the result',
    matches: any(
      program(
        '(?:[a-z0-9_]+-(?:[a-z0-9_]+-)*)?(?:gcc|g\\+\\+|cpp|cc|c\\+\\+|c99|c89|clang|clang\\+\\+|ld|ld\\.bfd|ld\\.gold|as|ar|nm|ranlib|strip|objdump|objcopy|gdb)(?:-[\\d.]+)?',
      ),
      program(
        '(?:make|gmake|cmake|ninja|meson|autoconf|automake|libtool|m4|bison|flex|go|gofmt|cargo|rustc|rustup|mvn|gradle|javac|jlink|jar|ghc|cabal|stack|swiftc|dotnet-sdk|node-gyp|tsc)',
      ),
      /^usr\/lib(?:exec)?\/(?:gcc|llvm-[\d.]+|clang)\//,
      /^usr\/(?:local\/)?(?:go|cargo|rustup)\//,
      /(?:^|\/)\.(?:cargo|rustup)\/(?:bin|toolchains)\//,
      /^usr\/share\/(?:cmake[^/]*|automake[^/]*|autoconf|maven|gradle|perl\/5[^/]*\/CPAN)\//,
      /(?:^|\/)(?:jvm|jdk|java)[^/]*\/(?:.*\/)?(?:jmods\/|lib\/src\.zip$|lib\/ct\.sym$|bin\/(?:javac|jlink|jar|javadoc|jdb)$)/,
      /^usr\/(?:share|lib)\/dotnet\/sdk\//,
    ),
  },
  {
    id: 'headers',
    title: 'headers and static libraries',
    remedy: 'install -dev packages in a build stage only',
    matches: any(
      /^usr\/(?:local\/)?include\//,
      /^(?:usr\/)?(?:local\/)?lib(?:64)?\/(?:.*\/)?[^/]+\.(?:a|la|o)$/,
      /\/pkgconfig\/[^/]+\.pc$/,
      /(?:^|\/)node_modules\/(?:.*\/)?[^/]+\.(?:h|hpp|cc|gyp|gypi)$/,
    ),
  },
  {
    id: 'source-maps',
    title: 'source maps and type declarations',
    remedy: 'build without them, or send them to the error tracker instead of the image',
    matches: any(/\.(?:js|mjs|cjs|css)\.map$/, /\.d\.[mc]?ts(?:\.map)?$/),
  },
  {
    id: 'bytecode',
    title: 'bytecode of Python',
    remedy: 'set PYTHONDONTWRITEBYTECODE=1 for the install, or keep it when the start has to be quick',
    matches: any(/(?:^|\/)__pycache__\//, /\.py[co]$/),
  },
  {
    id: 'tests',
    title: 'tests and examples',
    remedy: 'leave them out in .dockerignore, or delete them where packages are installed',
    matches: any(
      /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/(?:tests?|__tests__|examples?|coverage)\//,
      /(?:site|dist)-packages\/(?:.*\/)?tests?\//,
      /^(?:usr\/)?(?:local\/)?lib\/python[\d.]+\/(?:test|unittest\/test|idlelib|lib2to3\/tests|turtledemo)\//,
      /(?:^|\/)(?:__tests__|htmlcov|\.nyc_output)\//,
    ),
  },
  {
    id: 'docs',
    title: 'documentation',
    remedy: 'tell dpkg to leave them out (path-exclude), or copy only what the program reads',
    matches: any(
      /^usr\/(?:local\/)?share\/(?:doc|doc-base|man|info|gtk-doc|help|lintian|linda)\//,
      /(?:^|\/)(?:node_modules|site-packages|dist-packages)\/(?:.*\/)?(?:docs?\/|(?:readme|changelog|changes|history|authors|contributing)[^/]*$)/i,
    ),
  },
  {
    id: 'locales',
    title: 'translations',
    remedy: 'delete what nobody speaks in the RUN that installs, or start from a slim base',
    matches: any(/^usr\/(?:local\/)?share\/(?:locale|i18n)\//, /^usr\/lib\/locale\//),
  },
  {
    id: 'shells',
    title: 'shells and common tools',
    remedy: 'a base without a shell (distroless, scratch) leaves less to an attacker',
    matches: any(program('(?:sh|bash|dash|ash|zsh|ksh|fish|csh|tcsh|busybox|toybox|coreutils)')),
  },
]
