import type { Project } from '../../project/index.ts'
import { textIn } from './manifest-at.ts'

/** What is known of a builder of the JavaScript world: the directories that it writes, relative to the project. */
export interface JavascriptPlace {
  readonly project: Project
  /** Of the context. */
  readonly directory: string
  /** `--project tsconfig.build.json` and the like. */
  readonly config?: string
  readonly script?: string
}

/**
 * The directories that a builder writes when its command line names none; undefined when its settings may say anything.
 * Settings are read as text: only what is written as a plain string counts.
 */
export function outputsOfBuilder(tool: string, place: JavascriptPlace): readonly string[] | undefined {
  return builders[tool]?.(place)
}

const builders: Readonly<Record<string, (place: JavascriptPlace) => readonly string[] | undefined>> = {
  tsc: (place) => typescript(place, [place.config ?? 'tsconfig.json']),
  'vue-tsc': (place) => typescript(place, [place.config ?? 'tsconfig.json']),
  webpack: (place) => webpack(place),
  'webpack-cli': (place) => webpack(place),
  nest: (place) => typescript(place, ['tsconfig.build.json', 'tsconfig.json'], 'dist'),
  vite: (place) =>
    configured(place, { files: files('vite.config'), key: 'outDir', usual: ['dist'], unless: /\broot\s*:/ }),
  next: (place) => next(place),
  'react-scripts': () => ['build'],
  'vue-cli-service': (place) => configured(place, { files: files('vue.config'), key: 'outputDir', usual: ['dist'] }),
  astro: (place) => configured(place, { files: files('astro.config'), key: 'outDir', usual: ['dist'] }),
  nuxt: (place) =>
    configured(place, { files: files('nuxt.config'), key: 'buildDir', usual: ['.nuxt', '.output', 'dist'] }),
  nuxi: (place) =>
    configured(place, { files: files('nuxt.config'), key: 'buildDir', usual: ['.nuxt', '.output', 'dist'] }),
  gatsby: () => ['public', '.cache'],
  parcel: () => ['dist', '.parcel-cache'],
  tsup: (place) => configured(place, { files: files('tsup.config'), key: 'outDir', usual: ['dist'] }),
  ng: (place) => configured(place, { files: ['angular.json'], key: '"outputPath"', usual: ['dist'] }),
  docusaurus: () => ['build', '.docusaurus'],
  hugo: (place) =>
    configured(place, {
      files: ['hugo.toml', 'config.toml', 'hugo.yaml', 'config.yaml'],
      key: 'publishDir',
      usual: ['public', 'resources'],
    }),
  jekyll: (place) => configured(place, { files: ['_config.yml'], key: 'destination', usual: ['_site'] }),
  mkdocs: (place) => configured(place, { files: ['mkdocs.yml'], key: 'site_dir', usual: ['site'] }),
}

function files(name: string): readonly string[] {
  return ['ts', 'js', 'mjs', 'mts', 'cjs'].map((end) => `${name}.${end}`)
}

/** `outDir` of the tsconfig or of those that it extends; without one the files lie beside the sources. */
function typescript(
  { project, directory }: JavascriptPlace,
  names: readonly string[],
  usual?: string,
): readonly string[] | undefined {
  for (const name of names) {
    let file = name.endsWith('.json') ? name : `${name}/tsconfig.json`.replace(/^\.\//, '')
    for (let depth = 0; depth < 4; depth++) {
      const text = textIn(project, directory, file)
      if (text === undefined) break
      if (/"noEmit"\s*:\s*true/.test(text)) return []
      // Projects that are referred to have output directories of their own.
      if (/"references"\s*:\s*\[\s*\{/.test(text)) return undefined
      const found = /"outDir"\s*:\s*"([^"]+)"/.exec(text)?.[1]
      if (found !== undefined) return [relative(found)]
      const above = /"extends"\s*:\s*"\.\/([^"]+)"/.exec(text)?.[1]
      if (above === undefined) {
        if (/"extends"/.test(text)) return undefined
        break
      }
      file = above.endsWith('.json') ? above : `${above}.json`
    }
  }
  return usual === undefined ? undefined : [usual]
}

/** `output.path` where it is written as `path.resolve(__dirname, 'name')`. */
function webpack({ project, directory }: JavascriptPlace): readonly string[] | undefined {
  const names = [...files('webpack.config'), 'webpack.prod.js', 'webpack.common.js', 'config/webpack.prod.js']
  const texts = names.flatMap((name) => textIn(project, directory, name) ?? [])
  if (texts.length === 0) return ['dist']
  const text = texts.join('\n')
  if (!/\bpath\s*:/.test(text)) return ['dist']
  const found = [
    ...text.matchAll(
      /\bpath\s*:\s*(?:path\.)?(?:resolve|join)\(\s*(?:__dirname|import\.meta\.dirname|process\.cwd\(\))\s*,\s*['"]([^'"]+)['"]\s*\)/g,
    ),
  ]
  return found.length === 0 ? undefined : found.map(([, path = '']) => relative(path))
}

function next({ project, directory }: JavascriptPlace): readonly string[] | undefined {
  const config = files('next.config')
    .map((name) => textIn(project, directory, name))
    .find((text) => text !== undefined)
  const text = config ?? ''
  if (/\bdistDir\b/.test(text)) {
    const own = /\bdistDir\s*:\s*['"`]([^'"`$]+)['"`]/.exec(text)?.[1]
    return own === undefined ? undefined : [relative(own)]
  }
  const exported = /\boutput\s*:\s*['"`]export/.test(text) ? ['out'] : []
  // `.next/standalone` is there only when the settings ask for it.
  const kept = nextFiles.map((name) => `.next/${name}`)
  return /standalone/.test(text) ? ['.next', ...exported] : [...kept, ...exported, 'next-env.d.ts']
}

function configured(
  { project, directory }: JavascriptPlace,
  {
    files: names,
    key,
    usual,
    unless,
  }: {
    readonly files: readonly string[]
    readonly key: string
    readonly usual: readonly string[]
    readonly unless?: RegExp
  },
): readonly string[] | undefined {
  const text = names.map((name) => textIn(project, directory, name)).find((one) => one !== undefined) ?? ''
  if (unless?.test(text) === true) return undefined
  const bare = key.replaceAll('"', '')
  if (!text.includes(bare)) return usual
  const found = [...text.matchAll(new RegExp(`${bare}["']?\\s*[:=]\\s*(?:"([^"$]+)"|'([^'$]+)'|\`([^\`$]+)\`)`, 'g'))]
  if (found.length === 0) return undefined
  return [
    ...found.map((match) => relative(match[1] ?? match[2] ?? match[3] ?? '')),
    ...(bare === 'buildDir' ? usual : []),
  ]
}

function relative(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/+$/, '')
}

const nextFiles =
  'static server cache types trace diagnostics BUILD_ID package.json build-manifest.json app-build-manifest.json prerender-manifest.json routes-manifest.json images-manifest.json required-server-files.json react-loadable-manifest.json export-marker.json'.split(
    ' ',
  )
