/** Patterns that belong together in an ignore file. */
export interface PatternGroup {
  readonly title: string
  readonly patterns: readonly string[]
  /** Files of the context that make the group worth writing; absent: it always is. */
  readonly when?: RegExp
  /**
   * What may be lost inside of a directory that is copied. `junk`: nobody misses it. `made`: only when the Dockerfile makes it
   * itself. `wanted`: not when anything copies it, the whole context included.
   */
  readonly loss: 'junk' | 'made' | 'wanted'
  /** Written also into a file that is there already, and although nothing of the kind lies about today. */
  readonly always?: true
  /** Not written for projects that have such files: their tools read what the patterns cover. */
  readonly unless?: RegExp
}

const node = /(?:^|\/)package\.json$/
const python = /(?:^|\/)(?:requirements[^/]*\.txt|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|environment\.ya?ml)$|\.py$/
const readsReadme = /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg)|Cargo\.toml|[^/]*\.gemspec)$/

/** In the order in which they are written. */
export const patternGroups: readonly PatternGroup[] = [
  { title: 'version control', loss: 'junk', always: true, patterns: ['.git'] },
  { title: 'version control', loss: 'junk', patterns: ['.gitignore', '.gitattributes', '.gitmodules'] },
  { title: 'version control', loss: 'junk', when: /(?:^|\/)\.(?:hg|svn)(?:\/|$)/, patterns: ['.hg', '.svn'] },
  {
    title: 'how images are made',
    loss: 'junk',
    patterns: ['Dockerfile*', '*.Dockerfile', '.dockerignore', 'docker-compose*', 'compose*.y*ml'],
  },
  {
    title: 'pipelines',
    loss: 'junk',
    when: /^(?:\.github|\.gitlab|\.circleci|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines[^/]*\.yml|Jenkinsfile)(?:\/|$)/,
    patterns: [
      '.github',
      '.gitlab',
      '.gitlab-ci.yml',
      '.circleci',
      '.travis.yml',
      'azure-pipelines*.yml',
      'Jenkinsfile',
    ],
  },
  {
    title: 'secrets and local settings',
    loss: 'junk',
    always: true,
    patterns: ['**/.env', '**/.env.*'],
  },
  {
    title: 'secrets and local settings',
    loss: 'junk',
    patterns: ['**/*.pem', '**/*.key', '**/id_rsa*', '**/id_ed25519*', '**/.aws', '**/.ssh'],
  },
  { title: 'logs', loss: 'junk', patterns: ['**/*.log', '**/npm-debug.log*'] },
  {
    title: 'editors and desktops',
    loss: 'junk',
    patterns: ['**/.DS_Store', '.idea', '.vscode', '**/*.swp', '**/Thumbs.db'],
  },
  { title: 'reports of tests and caches', loss: 'junk', patterns: ['**/coverage', '**/.nyc_output', '**/.cache'] },
  { title: 'documents', loss: 'junk', unless: readsReadme, patterns: ['*.md'] },
  { title: 'Node', loss: 'junk', patterns: ['**/node_modules'] },
  { title: 'Node', loss: 'junk', when: node, patterns: ['**/.npm', '**/.yarn/cache', '**/.turbo', '**/.eslintcache'] },
  { title: 'results of builds', loss: 'made', patterns: ['**/dist'] },
  {
    title: 'results of builds',
    loss: 'made',
    when: node,
    patterns: ['**/.next', '**/.nuxt', '**/.output', '**/.svelte-kit', '**/*.tsbuildinfo'],
  },
  {
    title: 'Python',
    loss: 'junk',
    when: python,
    patterns: [
      '**/__pycache__',
      '**/*.py[cod]',
      '**/.venv',
      '**/venv',
      '**/.pytest_cache',
      '**/.mypy_cache',
      '**/.ruff_cache',
      '**/.tox',
      '**/*.egg-info',
    ],
  },
  { title: 'Rust', loss: 'made', when: /(?:^|\/)Cargo\.toml$/, patterns: ['**/target'] },
  { title: 'Java', loss: 'made', when: /(?:^|\/)pom\.xml$/, patterns: ['**/target'] },
  { title: 'Java', loss: 'made', when: /(?:^|\/)build\.gradle(?:\.kts)?$/, patterns: ['**/.gradle', '**/build'] },
  { title: '.NET', loss: 'made', when: /\.(?:cs|fs|vb)proj$/, patterns: ['**/bin', '**/obj'] },
  { title: 'Ruby', loss: 'junk', when: /(?:^|\/)Gemfile$/, patterns: ['.bundle', 'log', 'tmp'] },
  { title: 'PHP', loss: 'made', when: /(?:^|\/)composer\.json$/, patterns: ['vendor'] },
  { title: 'Elixir', loss: 'made', when: /(?:^|\/)mix\.exs$/, patterns: ['_build', 'deps'] },
  {
    title: 'tests',
    loss: 'wanted',
    when: /(?:^|\/)(?:tests?|__tests__|spec|e2e)\//,
    patterns: ['**/test', '**/tests', '**/__tests__', '**/spec', '**/e2e'],
  },
  { title: 'documents', loss: 'wanted', when: /^docs?\//, patterns: ['doc', 'docs'] },
]
