import type { PackageManager } from '../action.ts'
import { install } from './install.ts'
import { namedPackages } from './named-package.ts'
import { type Options, type OptionStyle, readOptions, textOf } from './options.ts'
import { absolute, type Deed, environment, type Reader, type Subject, own } from './subject.ts'

/** What a subcommand of a system's manager is. */
type Meaning = 'install' | 'uninstall' | 'refresh-index' | 'clean-cache' | 'upgrade' | 'purge-unused'

interface SystemManager {
  readonly manager: PackageManager
  readonly style: OptionStyle
  readonly meanings: Readonly<Record<string, Meaning>>
  readonly assumeYes: (options: Options, subject: Subject) => boolean
  readonly noCache?: (options: Options, subject: Subject) => boolean
  readonly noRecommends?: (options: Options) => boolean
  readonly virtual?: (options: Options) => string | undefined
  readonly root?: readonly string[]
}

/** What the managers of distributions do: apt, apk, dnf, zypper, pacman and their kin. */
export const systemPackages: Reader = (subject) => {
  if (subject.program === 'pacman') return pacman(subject)
  if (subject.program === 'dpkg') return dpkg(subject)
  const table = own(managers, subject.program)
  if (table === undefined) return undefined
  const options = readOptions(subject.words, table.style)
  const subcommand = textOf(options.operands[0] ?? { text: '', span: { start: 0, end: 0 } })
  const meaning = own(table.meanings, subcommand)
  if (meaning === undefined) return undefined
  const packages = namedPackages(options.operands.slice(1), table.manager)
  return deedsOf({ table, options, subject, subcommand, packages }, meaning)
}

interface Found {
  readonly table: SystemManager
  readonly options: Options
  readonly subject: Subject
  readonly subcommand: string
  readonly packages: ReturnType<typeof namedPackages>
}

function deedsOf({ table, options, subject, subcommand, packages }: Found, meaning: Meaning): readonly Deed[] {
  const { manager } = table
  if (meaning === 'uninstall') return [{ kind: 'uninstall', manager, packages }]
  if (meaning === 'purge-unused') return [{ kind: 'uninstall', manager, packages: [] }]
  if (meaning !== 'install') return [{ kind: meaning, manager }]
  const directory = options.value(...(table.root ?? []))
  const virtual = table.virtual?.(options)
  const deed = install(manager, subcommand, {
    packages,
    scope: directory === undefined ? 'system' : 'prefix',
    ...(directory === undefined ? {} : { directory: absolute(subject, directory) }),
    noCache: table.noCache?.(options, subject) ?? false,
    noRecommends: table.noRecommends?.(options) ?? true,
    assumeYes: table.assumeYes(options, subject),
    ...(virtual === undefined ? {} : { virtual }),
  })
  const refreshes = manager === 'apk' && options.has('--update', '--update-cache', '-U')
  return refreshes ? [{ kind: 'refresh-index', manager }, deed] : [deed]
}

const aptMeanings: SystemManager['meanings'] = {
  install: 'install',
  reinstall: 'install',
  'build-dep': 'install',
  satisfy: 'install',
  update: 'refresh-index',
  remove: 'uninstall',
  purge: 'uninstall',
  autoremove: 'purge-unused',
  autopurge: 'purge-unused',
  clean: 'clean-cache',
  autoclean: 'clean-cache',
  distclean: 'clean-cache',
  upgrade: 'upgrade',
  'dist-upgrade': 'upgrade',
  'full-upgrade': 'upgrade',
  'safe-upgrade': 'upgrade',
}

const apt: SystemManager = {
  manager: 'apt',
  style: {
    values: new Set(['-o', '-t', '-c', '-a', '--option', '--target-release', '--default-release', '--config-file']),
  },
  meanings: aptMeanings,
  // One -q asks as ever; two do not.
  assumeYes: (options, { words, command }) =>
    options.has('-y', '--yes', '--assume-yes', '--force-yes') ||
    words.some((word) => /^-[a-z]*q[a-z]*q/.test(textOf(word)) || /^(-q|--quiet)=[2-9]$/.test(textOf(word))) ||
    words.filter((word) => /^-q$/.test(textOf(word))).length > 1 ||
    options.values('-o', '--option').some((value) => /^APT::Get::Assume-Yes=("?)(true|yes|1|on)\1$/i.test(value)) ||
    (command.pipe?.index ?? 0) > 0,
  noRecommends: (options) =>
    options.has('--no-install-recommends', '--without-recommends', '-R') ||
    options.values('-o', '--option').some((value) => /^APT::Install-Recommends=("?)(0|false|no|off)\1$/i.test(value)),
}

const dnfYes: SystemManager['assumeYes'] = (options) =>
  options.has('-y', '--assumeyes', '--yes') ||
  options.values('--setopt').some((value) => /^assumeyes=(1|true|yes)$/i.test(value))

const dnf: SystemManager = {
  manager: 'dnf',
  style: {
    values: new Set([
      '-c',
      '-d',
      '-e',
      '-R',
      '-x',
      '--config',
      '--setopt',
      '--installroot',
      '--releasever',
      '--enablerepo',
      '--disablerepo',
      '--repo',
      '--repoid',
      '--exclude',
      '--excludepkgs',
      '--rpmverbosity',
      '--forcearch',
      '--downloaddir',
      '--destdir',
    ]),
  },
  meanings: {
    install: 'install',
    reinstall: 'install',
    localinstall: 'install',
    groupinstall: 'install',
    group: 'install',
    module: 'install',
    makecache: 'refresh-index',
    'check-update': 'refresh-index',
    remove: 'uninstall',
    erase: 'uninstall',
    autoremove: 'uninstall',
    clean: 'clean-cache',
    update: 'upgrade',
    upgrade: 'upgrade',
    'distro-sync': 'upgrade',
    'system-upgrade': 'upgrade',
  },
  assumeYes: dnfYes,
  noCache: (options) => options.values('--setopt').some((value) => /^keepcache=(0|false|no)$/i.test(value)),
  root: ['--installroot'],
}

const zypper: SystemManager = {
  manager: 'zypper',
  style: { values: new Set(['-R', '-r', '-t', '--root', '--repo', '--from', '--type', '--config', '-c']) },
  meanings: {
    install: 'install',
    in: 'install',
    refresh: 'refresh-index',
    ref: 'refresh-index',
    remove: 'uninstall',
    rm: 'uninstall',
    clean: 'clean-cache',
    cc: 'clean-cache',
    update: 'upgrade',
    up: 'upgrade',
    'dist-upgrade': 'upgrade',
    dup: 'upgrade',
    patch: 'upgrade',
  },
  assumeYes: (options) => options.has('-n', '--non-interactive', '-y', '--no-confirm'),
  root: ['-R', '--root', '--installroot'],
}

const apk: SystemManager = {
  manager: 'apk',
  style: {
    values: new Set([
      '-t',
      '-p',
      '-X',
      '--virtual',
      '--root',
      '--repository',
      '--repositories-file',
      '--keys-dir',
      '--arch',
      '--cache-dir',
    ]),
  },
  meanings: {
    add: 'install',
    update: 'refresh-index',
    del: 'uninstall',
    upgrade: 'upgrade',
    cache: 'clean-cache',
  },
  assumeYes: (options) => !options.has('-i', '--interactive'),
  noCache: (options) => options.has('--no-cache'),
  virtual: (options) => options.value('-t', '--virtual'),
  root: ['-p', '--root'],
}

const managers: Readonly<Record<string, SystemManager>> = {
  apt,
  'apt-get': apt,
  aptitude: apt,
  dnf,
  dnf5: dnf,
  'dnf-3': dnf,
  yum: dnf,
  microdnf: dnf,
  tdnf: dnf,
  zypper,
  apk,
}

/** pacman's commands are letters: `-Syu`, `-S`, `-Rns`, `-Scc`. */
function pacman(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: new Set(['-r', '-b', '--root', '--dbpath', '--cachedir']) })
  const manager = 'pacman'
  const packages = namedPackages(options.operands, manager)
  if (options.has('-R', '--remove')) return [{ kind: 'uninstall', manager, packages }]
  if (!options.has('-S', '-U', '--sync', '--upgrade')) return undefined
  if (options.has('-c', '--clean')) return [{ kind: 'clean-cache', manager }]
  const deeds: Deed[] = []
  if (options.has('-y', '--refresh')) deeds.push({ kind: 'refresh-index', manager })
  if (options.has('-u', '--sysupgrade')) deeds.push({ kind: 'upgrade', manager })
  const assumeYes = options.has('--noconfirm') || (subject.command.pipe?.index ?? 0) > 0
  if (packages.length > 0) deeds.push(install(manager, '-S', { packages, assumeYes }))
  return deeds
}

/** `dpkg -i ./x.deb`. */
function dpkg(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words)
  const packages = namedPackages(options.operands, 'apt')
  if (options.has('-i', '--install'))
    return [install('apt', '-i', { packages, assumeYes: environment(subject, 'DEBIAN_FRONTEND') !== undefined })]
  return options.has('-r', '-P', '--remove', '--purge') ? [{ kind: 'uninstall', manager: 'apt', packages }] : undefined
}
