#!/usr/bin/env node
// Prepares a checkout. Uses nothing but Node, so that it runs before anything is installed.
//   node tools/setup.mjs           npm packages
//   node tools/setup.mjs --demo    and the programs that `./slipway demo` runs containers with
//   node tools/setup.mjs --tests   and the programs that the tests compare with
// System packages are installed by the distribution's package manager, only those that are missing, and only for root;
// other users are told the command. SLIPWAY_NO_INSTALL=1 leaves the system alone. Missing tests tools make tests skip.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, utimesSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const oldestNode = [20, 19]

// Program -> package, by package manager; a list of programs means that one of them is enough.
const demoTools = [
  { programs: ['crun', 'runc'], packages: { apt: 'crun', dnf: 'crun', apk: 'crun', zypper: 'crun', pacman: 'crun' } },
  {
    programs: ['newuidmap'],
    packages: { apt: 'uidmap', dnf: 'shadow-utils', apk: 'shadow-uidmap', zypper: 'shadow', pacman: 'shadow' },
  },
  {
    programs: ['unshare'],
    packages: {
      apt: 'util-linux',
      dnf: 'util-linux',
      apk: 'util-linux-misc',
      zypper: 'util-linux',
      pacman: 'util-linux',
    },
  },
  // Packages of distributions are compressed with xz and signed with OpenPGP.
  {
    programs: ['xz'],
    packages: { apt: 'xz-utils', dnf: 'xz', apk: 'xz', zypper: 'xz', pacman: 'xz' },
  },
  {
    programs: ['gpgv', 'sqv', 'gpg'],
    packages: { apt: 'gpgv', dnf: 'gnupg2', apk: 'gnupg', zypper: 'gpg2', pacman: 'gnupg' },
  },
]
const testTools = [
  ['crun', 'crun'],
  ['runc', 'runc'],
  ['skopeo', 'skopeo'],
  ['umoci', 'umoci'],
  ['podman', 'podman'],
  ['buildah', 'buildah'],
  ['dockerd', 'docker.io'],
  ['docker-registry', 'docker-registry'],
  ['busybox', 'busybox-static'],
  ['qemu-aarch64-static', 'qemu-user-static'],
  ['mmdebstrap', 'mmdebstrap'],
  ['setfattr', 'attr'],
  ['zstd', 'zstd'],
  ['xz', 'xz-utils'],
  ['ssh-agent', 'openssh-client'],
  ['git', 'git'],
  ['curl', 'curl'],
].map(([program, name]) => ({ programs: [program], packages: { apt: name } }))

const managers = {
  apt: { program: 'apt-get', update: ['update'], install: ['install', '-y', '--no-install-recommends'] },
  dnf: { program: 'dnf', install: ['install', '-y'] },
  apk: { program: 'apk', install: ['add', '--no-cache'] },
  zypper: { program: 'zypper', install: ['--non-interactive', 'install'] },
  pacman: { program: 'pacman', install: ['-S', '--noconfirm', '--needed'] },
}

/** Ends the process with a sentence when Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  console.error(`slipway needs Node ${oldestNode.join('.')} or newer; this is ${process.version} (${process.execPath})`)
  process.exit(4)
}

/** Installs the npm packages of the lock file unless they are there. */
export function ensurePackages() {
  if (packagesAreCurrent()) return
  console.error('setup: npm ci --ignore-scripts')
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (result.status === 0) return
  // npm prints its whole manual below the reason.
  console.error([result.error?.message ?? '', ...(result.stderr ?? '').split('\n').slice(0, 8)].join('\n').trim())
  console.error('setup: npm ci failed; slipway cannot be bundled without its packages')
  process.exit(4)
}

// npm leaves a lock file of what it installed; packages of other platforms are not in it.
function packagesAreCurrent() {
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const current = Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    return installed[path] === undefined ? entry.optional === true : installed[path].integrity === entry.integrity
  })
  // The launcher compares times: say that the installed packages are as new as the lock file.
  if (current) utimesSync(installedFile, new Date(), new Date())
  return current
}

/** Installs what is missing of the tools; never fails, because a part may be enough for what follows. */
export function ensureTools(tools) {
  const missing = tools.filter((tool) => !tool.programs.some(findProgram))
  if (missing.length === 0) return
  const name = Object.keys(managers).find((key) => findProgram(managers[key].program) !== undefined)
  const packages = [...new Set(missing.map((tool) => tool.packages[name]).filter((found) => found !== undefined))]
  if (name === undefined || packages.length === 0) {
    console.error(`setup: not installed: ${missing.map((tool) => tool.programs.join(' or ')).join(', ')}`)
    return
  }
  install(managers[name], packages)
}

function install(manager, packages) {
  const command = [manager.program, ...manager.install, ...packages]
  if (process.getuid?.() !== 0 || process.env.SLIPWAY_NO_INSTALL === '1') {
    console.error(`setup: some programs are missing; install them with: sudo ${command.join(' ')}`)
    return
  }
  if (manager.update !== undefined) quietly([manager.program, ...manager.update])
  console.error(`setup: ${command.join(' ')}`)
  if (quietly(command)) return
  // One package that this release does not have must not keep the others away.
  for (const name of packages) {
    if (!quietly([manager.program, ...manager.install, name])) console.error(`setup: ${name} could not be installed`)
  }
}

function quietly([program, ...args]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'], env }).status === 0
}

function findProgram(name) {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return directories.map((directory) => join(directory, name)).find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  requireNode()
  ensurePackages()
  if (process.argv.includes('--demo') || process.argv.includes('--tests')) ensureTools(demoTools)
  if (process.argv.includes('--tests')) ensureTools(testTools)
}
