import type { PlannedEntry } from '../../fileset/index.ts'
import { type BaseArchitecture, type BaseImage, defaultPath } from './base-image.ts'
import { plannedFile } from './content-store.ts'
import { type Addition, buildDebian, type DebianContext } from './debian-base.ts'
import { nodeFiles, npmFiles } from './node-package.ts'

export interface NodeSpec {
  readonly kind: 'node'
  readonly architecture: BaseArchitecture
  readonly suite: string
  readonly variant: 'slim' | 'full'
  /** npm version range of Node.js: `20`, `20.20.2`. */
  readonly version: string
  readonly packages?: readonly string[]
}

/** Debian with Node.js and npm in /usr/local and the user node (1000), laid out like the official image. Without yarn. */
export async function buildNode(spec: NodeSpec, context: DebianContext): Promise<BaseImage> {
  const node = await nodeFiles(spec.version, spec.architecture, context)
  const npm = await npmFiles(npmRange(node.version), context)
  const addition: Addition = {
    files: [
      { ...node.binary, path: 'usr/local/bin/node' },
      { ...node.licence, path: 'usr/local/LICENSE' },
      ...npm.files.map((entry) => ({ ...entry, path: `usr/local/lib/node_modules/npm/${entry.path}` })),
      link('npm', '../lib/node_modules/npm/bin/npm-cli.js'),
      link('npx', '../lib/node_modules/npm/bin/npx-cli.js'),
      link('nodejs', 'node'),
      script('docker-entrypoint.sh', entrypoint),
    ],
    commands: ['groupadd --gid 1000 node', 'useradd --uid 1000 --gid node --shell /bin/bash --create-home node'],
    config: { Env: [defaultPath, `NODE_VERSION=${node.version}`], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'] },
    packages: [node.origin, npm.origin],
  }
  const base = await buildDebian(
    {
      kind: 'debian',
      architecture: spec.architecture,
      suite: spec.suite,
      variant: spec.variant,
      packages: ['libstdc++6', ...(spec.packages ?? [])],
    },
    context,
    addition,
  )
  return { ...base, name: `node:${spec.version}${spec.variant === 'slim' ? '-slim' : ''}` }
}

/** The npm that a Node.js release comes with: its major follows Node's. */
function npmRange(nodeVersion: string): string {
  const major = Number(nodeVersion.split('.')[0])
  return major >= 24 ? '11' : major >= 20 ? '10' : '9'
}

/** `docker run IMAGE --version` and `docker run IMAGE app.js` mean node; anything that is a command is run as it is. */
const entrypoint = `#!/bin/sh
set -e
case "\${1:-}" in
  -*) set -- node "$@" ;;
  *) if [ -z "$(command -v "\${1:-}")" ] || { [ -f "$1" ] && [ ! -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
`

function link(name: string, target: string): PlannedEntry {
  return { ...placed(name), kind: 'symlink', mode: 0o777, size: 0, linkname: target }
}

function script(name: string, text: string): PlannedEntry {
  return plannedFile({ ...placed(name), mode: 0o755 }, Buffer.from(text, 'utf8'), undefined)
}

/** 26 October 1985: the time that npm gives to all files it packs. */
function placed(name: string): { path: string; uid: number; gid: number; mtime: bigint } {
  return { path: `usr/local/bin/${name}`, uid: 0, gid: 0, mtime: 499_162_500_000_000_000n }
}
