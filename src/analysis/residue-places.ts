/** A directory that a package manager fills for itself. */
export interface ResiduePlace {
  /** Without a leading slash. */
  readonly directory: string
  readonly what: string
  /** How it is kept out. */
  readonly advice: string
}

const mount = (target: string): string => `mount a cache: RUN --mount=type=cache,target=${target} …`

/** In the order in which they are tried. Databases of what is installed are not among them: scanners need those. */
const places: readonly { readonly pattern: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    pattern: /^var\/lib\/apt\/lists(?=\/)/,
    what: 'the index of apt',
    advice: 'end that RUN with && rm -rf /var/lib/apt/lists/*',
  },
  { pattern: /^var\/cache\/apt(?=\/)/, what: 'the cache of apt', advice: 'end that RUN with && apt-get clean' },
  {
    pattern: /^(?:var\/cache\/apk|etc\/apk\/cache)(?=\/)/,
    what: 'the cache of apk',
    advice: 'write apk add --no-cache',
  },
  {
    pattern: /^var\/cache\/(?:dnf|yum|libdnf5)(?=\/)/,
    what: 'the cache of dnf',
    advice: 'end that RUN with && dnf clean all',
  },
  {
    pattern: /^var\/cache\/zypp(?=\/)/,
    what: 'the cache of zypper',
    advice: 'end that RUN with && zypper clean --all',
  },
  {
    pattern: /^var\/(?:cache\/pacman\/pkg|lib\/pacman\/sync)(?=\/)/,
    what: 'the cache of pacman',
    advice: 'end that RUN with && pacman -Scc --noconfirm',
  },
  {
    pattern: /^(?:.*\/)?\.npm\/_(?:cacache|npx)(?=\/)/,
    what: 'the cache of npm',
    advice: 'mount a cache at /root/.npm, or end that RUN with && npm cache clean --force',
  },
  {
    pattern: /^(?:.*\/)?\.cache\/yarn(?=\/)|^(?:.*\/)?\.yarn\/berry\/cache(?=\/)/,
    what: 'the cache of yarn',
    advice: 'end that RUN with && yarn cache clean, or mount a cache there',
  },
  {
    pattern: /^(?:.*\/)?(?:\.local\/share\/pnpm\/store|\.pnpm-store|\.cache\/pnpm)(?=\/)/,
    what: 'the store of pnpm',
    advice: mount('/root/.local/share/pnpm/store'),
  },
  {
    pattern: /^(?:.*\/)?\.bun\/install\/cache(?=\/)/,
    what: 'the cache of bun',
    advice: mount('/root/.bun/install/cache'),
  },
  {
    pattern: /^(?:.*\/)?\.cache\/pip(?=\/)/,
    what: 'the cache of pip',
    advice: 'write pip install --no-cache-dir, or mount a cache at /root/.cache/pip',
  },
  {
    pattern: /^(?:.*\/)?\.cache\/(?:pipenv|pypoetry|uv|pdm)(?=\/)/,
    what: 'a cache of Python packages',
    advice: 'mount a cache there, or delete it in the same RUN',
  },
  {
    pattern: /^(?:.*\/)?\.m2\/repository(?=\/)/,
    what: 'the repository of Maven',
    advice: 'build in a stage that is not shipped, and copy the jar',
  },
  {
    pattern: /^(?:.*\/)?\.gradle\/(?:caches|wrapper\/dists)(?=\/)/,
    what: 'the cache of Gradle',
    advice: 'build in a stage that is not shipped, and copy the jar',
  },
  {
    pattern: /^(?:.*\/)?\.?cargo\/(?:registry|git)(?=\/)/,
    what: 'the registry of cargo',
    advice: 'build in a stage that is not shipped, and copy the program',
  },
  {
    pattern: /^(?:.*\/)?(?:go\/pkg\/mod|\.cache\/go-build)(?=\/)/,
    what: 'the cache of Go',
    advice: 'build in a stage that is not shipped, and copy the program',
  },
  {
    pattern: /^(?:.*\/)?(?:\.composer\/cache|\.cache\/composer)(?=\/)/,
    what: 'the cache of composer',
    advice: mount('/root/.composer/cache'),
  },
  {
    pattern: /^usr\/local\/bundle\/cache(?=\/)/,
    what: 'the cache of bundler',
    advice: 'end that RUN with && rm -rf /usr/local/bundle/cache',
  },
  {
    pattern: /^(?:.*\/)?\.nuget\/packages(?=\/)/,
    what: 'the packages of NuGet',
    advice: 'publish in a stage that is not shipped, and copy the result',
  },
  {
    pattern: /^(?:.*\/)?\.cache\/(?:node-gyp|electron|Cypress|ms-playwright|puppeteer)(?=\/)/,
    what: 'a cache of npm packages',
    advice: 'install in a stage that is not shipped, and copy node_modules',
  },
]

/** The cache or index that a path of an image lies in. */
export function residueAt(path: string): ResiduePlace | undefined {
  for (const { pattern, what, advice } of places) {
    const directory = pattern.exec(path)?.[0]
    if (directory !== undefined) return { directory, what, advice }
  }
  return undefined
}
