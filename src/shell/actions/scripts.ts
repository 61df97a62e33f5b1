import type { Build } from '../action.ts'
import { type Options, readOptions, textOf } from './options.ts'
import { absolute, type Deed, type Reader, type Subject, own } from './subject.ts'

/** Scripts of manifests (`npm run build`), the programs behind them (`vite build`), and python's, ruby's and PHP's builders. */
export const scripts: Reader = (subject) => {
  if (nodeManagers.has(subject.program)) return manifestScript(subject)
  if (testPrograms.has(subject.program)) return [{ kind: 'test', tool: subject.program }]
  const bundler = own(bundlers, subject.program)
  if (bundler !== undefined) return bundle(subject, bundler)
  if (/^(python|pypy)[\d.]*$/.test(subject.program)) return python(subject)
  return /^(rails|rake|bin\/rails)$/.test(subject.program) ? ruby(subject) : undefined
}

const nodeManagers: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'bun', 'lerna', 'turbo', 'nx', 'rush'])

const testPrograms: ReadonlySet<string> = new Set(
  `pytest py.test tox nox jest vitest mocha ava karma cypress phpunit pest rspec minitest nosetests`.split(/\s+/),
)

/** Programs of the JavaScript world that make files. `verb`: only with this word; without one it is a server. */
interface Bundler {
  readonly verb?: RegExp
  readonly outputs?: readonly string[]
}

const bundlers: Readonly<Record<string, Bundler>> = {
  tsc: { outputs: ['--outDir', '--outFile', '--declarationDir'] },
  'vue-tsc': {},
  vite: { verb: /^build$/, outputs: ['--outDir'] },
  webpack: { verb: /^(?!serve|watch|help)/, outputs: ['-o', '--output-path'] },
  'webpack-cli': { verb: /^(?!serve|watch|help)/, outputs: ['-o', '--output-path'] },
  next: { verb: /^(build|export)$/, outputs: ['-o', '--outdir'] },
  nuxt: { verb: /^(build|generate)$/ },
  nuxi: { verb: /^(build|generate)$/ },
  ng: { verb: /^(build|b)$/, outputs: ['--output-path'] },
  nest: { verb: /^build$/ },
  esbuild: { outputs: ['--outfile', '--outdir'] },
  rollup: { outputs: ['-o', '-d', '--file', '--dir'] },
  rolldown: { outputs: ['-o', '-d', '--file', '--dir'] },
  tsup: { outputs: ['-d', '--out-dir'] },
  tsdown: { outputs: ['-d', '--out-dir'] },
  ncc: { verb: /^build$/, outputs: ['-o', '--out'] },
  pkg: { outputs: ['-o', '--output', '--out-path'] },
  parcel: { verb: /^build$/, outputs: ['--dist-dir'] },
  'react-scripts': { verb: /^build$/ },
  'react-router': { verb: /^build$/ },
  'vue-cli-service': { verb: /^build$/ },
  gatsby: { verb: /^build$/ },
  astro: { verb: /^build$/ },
  remix: { verb: /^(vite:)?build$/ },
  ember: { verb: /^(build|b)$/ },
  quasar: { verb: /^build$/ },
  expo: { verb: /^export/ },
  eleventy: {},
  vitepress: { verb: /^build$/ },
  docusaurus: { verb: /^build$/ },
  swc: { outputs: ['-d', '--out-dir', '-o'] },
  babel: { outputs: ['-d', '--out-dir', '-o', '--out-file'] },
  sass: {},
  postcss: { outputs: ['-o'] },
  tailwindcss: { outputs: ['-o', '--output'] },
  gulp: { verb: /^(?!watch|serve|test)/ },
  grunt: { verb: /^(?!watch|serve|test)/ },
  prisma: { verb: /^generate$/ },
  hugo: { verb: /^(?!server|serve|new|version)/, outputs: ['-d', '--destination'] },
  jekyll: { verb: /^(build|b)$/, outputs: ['-d', '--destination'] },
  mkdocs: { verb: /^build$/, outputs: ['-d', '--site-dir'] },
  'sphinx-build': {},
  pyinstaller: { outputs: ['--distpath'] },
  nuitka: {},
  hatch: { verb: /^build$/ },
  flit: { verb: /^build$/ },
  pdm: { verb: /^build$/ },
  uv: { verb: /^build$/, outputs: ['-o', '--out-dir'] },
  maturin: { verb: /^(build|develop)$/, outputs: ['-o', '--out'] },
  'wasm-pack': { verb: /^build$/, outputs: ['--out-dir'] },
  trunk: { verb: /^build$/ },
  elm: { verb: /^make$/, outputs: ['--output'] },
}

function bundle(subject: Subject, { verb, outputs = [] }: Bundler): readonly Deed[] | undefined {
  const options = readOptions(subject.words, {
    values: new Set([...outputs, '-p', '-c', '--config', '--project', '--mode', '--configuration']),
  })
  if (options.has('--version', '-v', '-V', '--help', '--watch', '--noEmit', '--no-emit')) return undefined
  const word = options.operands[0] === undefined ? '' : textOf(options.operands[0])
  if (verb !== undefined && !verb.test(word)) return undefined
  const paths = options.values(...outputs).map((path) => absolute(subject, path))
  return [
    build(subject, {
      tool: subject.program,
      outputs: paths,
      ...(verb === undefined || word === '' ? {} : { script: word }),
    }),
  ]
}

const scriptValues: ReadonlySet<string> = new Set(
  `--prefix -C --dir --cwd -w --workspace --filter -F --scope --loglevel --concurrency --from --include --filter-prod
  --workspace-concurrency --reporter --target --outdir --outfile -t --configuration --output-logs`.split(/\s+/),
)

/** `npm run build`, `yarn build`, `pnpm -r build`, `yarn workspace web build`, `turbo run build`, `nx build web`. */
function manifestScript(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: scriptValues })
  const script = scriptName(subject.program, options)
  if (script === undefined) return undefined
  const place = options.value('--prefix', '-C', '--dir', '--cwd')
  if (isTestScript(script)) return [{ kind: 'test', tool: subject.program }]
  if (!isBuildScript(script)) return undefined
  const outputs = options.values('--outdir', '--outfile').map((path) => absolute(subject, path))
  return [build(subject, { tool: subject.program, script, outputs }, place)]
}

function scriptName(program: string, options: Options): string | undefined {
  let words = options.operands.map(textOf)
  // `yarn workspace NAME …`, `yarn workspaces foreach …`.
  if (words[0] === 'workspace') words = words.slice(2)
  else if (words[0] === 'workspaces') words = words.slice(words[1] === 'foreach' ? 2 : 1)
  if (words[0] === 'recursive' || words[0] === 'exec') words = words.slice(1)
  const [first, second] = words
  const several = options.values('-t', '--target').find((target) => isBuildScript(target))
  if (first === 'run' || first === 'run-script' || first === 'run-many') return second ?? several
  if (program === 'npm') return first === 'test' || first === 't' ? 'test' : undefined
  return several ?? first
}

function isTestScript(script: string): boolean {
  return /(^|[:_-])(test|tests|e2e|spec|jest|vitest|cypress)([:_-]|$)/.test(script) && !/build/.test(script)
}

function isBuildScript(script: string): boolean {
  return /(^|[:._-])(build|compile|bundle|dist|generate|export|webpack|tsc|transpile|package|prod|production|assets|codegen|release|prebuild|ssr)([:._-]|$)|^build/i.test(
    script,
  )
}

function python(subject: Subject): readonly Deed[] | undefined {
  const words = subject.words.map(textOf)
  const at = words.indexOf('-m')
  if (at >= 0) {
    const module = words[at + 1] ?? ''
    if (module === 'unittest' || module === 'nose') return [{ kind: 'test', tool: 'python' }]
    if (
      module !== 'build' &&
      module !== 'compileall' &&
      module !== 'PyInstaller' &&
      module !== 'nuitka' &&
      module !== 'grpc_tools.protoc'
    )
      return undefined
    const options = readOptions(subject.words.slice(at + 2), { values: new Set(['-o', '--outdir', '--distpath']) })
    return [
      build(subject, {
        tool: 'python',
        script: module,
        outputs: options.values('-o', '--outdir', '--distpath').map((path) => absolute(subject, path)),
      }),
    ]
  }
  const [file = '', verb = ''] = words.filter((word) => !word.startsWith('-'))
  if (file.endsWith('manage.py')) {
    if (verb === 'test') return [{ kind: 'test', tool: 'python' }]
    return /^(collectstatic|compilemessages|compress)$/.test(verb)
      ? [build(subject, { tool: 'python', script: verb, outputs: [] })]
      : undefined
  }
  if (!file.endsWith('setup.py')) return undefined
  if (verb === 'test') return [{ kind: 'test', tool: 'python' }]
  return [build(subject, { tool: 'python', script: verb, outputs: [] })]
}

function ruby(subject: Subject): readonly Deed[] | undefined {
  const tasks = readOptions(subject.words).operands.map(textOf)
  const made = tasks.filter((task) =>
    /^(assets:precompile|webpacker:compile|build|compile|bootsnap:precompile)/.test(task),
  )
  if (made.length > 0) return [build(subject, { tool: subject.program, script: made.join(' '), outputs: [] })]
  return tasks.some((task) => /^(test|spec)(:|$)/.test(task)) ? [{ kind: 'test', tool: subject.program }] : undefined
}

function build(subject: Subject, facts: Omit<Build, 'kind' | 'directory'>, directory?: string): Build {
  const place = directory === undefined ? subject.command.cwd : absolute(subject, directory)
  return { kind: 'build', ...(place === undefined ? {} : { directory: place }), ...facts }
}
