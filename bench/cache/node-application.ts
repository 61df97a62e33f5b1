import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dice, sourceText, writeFiles } from '../side-by-side/content.ts'
import { compile, grow, install } from './awk-programs.ts'
import { write } from './builds.ts'

export interface Application {
  readonly packages: number
  readonly filesPerPackage: number
  /** Bytes of a file of a package. */
  readonly meanSize: number
  readonly sources: number
  /** Whether the packages are kept in a cache mount. */
  readonly isCached: boolean
}

/** An application in several stages: installed packages, built files, and an image that copies both. */
export function writeApplication(context: string, base: string, application: Application): void {
  writeTools(context)
  writeLock(context, application)
  write(join(context, 'package.json'), '{ "name": "app", "version": "1.0.0" }\n')
  write(join(context, 'tsconfig.json'), '{ "compilerOptions": { "strict": true } }\n')
  write(join(context, 'README.md'), '# app\n')
  write(join(context, '.dockerignore'), 'node_modules\ndist\n.git\n*.log\n')
  const shape = { perDirectory: 25, directories: Math.ceil(application.sources / 25), mean: 2900 }
  writeFiles(join(context, 'src'), { ...shape, pool: sourceText(dice(9), 400_000), endings: ['.ts'] })
  const [mount, cache] = application.isCached ? ['--mount=type=cache,target=/root/.npm ', ' /root/.npm'] : ['', '']
  const lines = [
    `FROM ${base} AS base`,
    'WORKDIR /app',
    'FROM base AS packages',
    'COPY tools/ /tools/',
    'COPY package.json package-lock.json ./',
    `RUN ${mount}awk -f /tools/install.awk /tools/text package-lock.json node_modules${cache}`,
    'FROM packages AS build',
    'COPY tsconfig.json ./',
    'COPY src/ ./src/',
    'RUN awk -f /tools/compile.awk /tools/text src node_modules dist',
    'FROM base',
    'ENV NODE_ENV=production',
    'COPY --from=packages /app/node_modules ./node_modules',
    'COPY --from=build /app/dist ./dist',
    'COPY package.json ./',
    'USER 1000:1000',
    'EXPOSE 3000',
    'CMD ["node", "dist/chunk0.js"]',
  ]
  write(join(context, 'Dockerfile'), `${lines.join('\n')}\n`)
}

/** The programs, and the text that they cut files out of. */
export function writeTools(context: string): void {
  const tools = join(context, 'tools')
  mkdirSync(tools, { recursive: true })
  for (const [name, program] of Object.entries({ install, compile, grow })) write(join(tools, `${name}.awk`), program)
  write(join(tools, 'text'), sourceText(dice(8), 400_000))
}

/** Versions of which the first `changed` were never seen before. */
export function writeLock(context: string, { packages, filesPerPackage, meanSize }: Application, changed = 0): void {
  const suffix = randomUUID()
  const entries = Array.from({ length: packages }, (_, n) => {
    const version = `1.${n % 7}.${n % 11}${n < changed ? `-${suffix}` : ''}`
    return `    "node_modules/pkg-${n}": { "version": "${version}", "files": ${filesPerPackage}, "mean": ${meanSize} }`
  })
  write(join(context, 'package-lock.json'), `{\n  "packages": {\n${entries.join(',\n')}\n  }\n}\n`)
}

/** Gives one source file a content that it never had. */
export function changeSource(context: string): void {
  write(join(context, 'src/d0000/f0.ts'), `export const build = '${randomUUID()}'\n`.repeat(20))
}
