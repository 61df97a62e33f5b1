/** How a program that runs another one reads its own words. */
export interface Wrapper {
  /** Options whose value is a word of its own. */
  readonly values?: readonly string[]
  /** Words of its own between the options and the program. */
  readonly operands?: number
  /** `NAME=value` may stand before the program. */
  readonly assigns?: boolean
  /** With one of these it runs nothing. */
  readonly not?: readonly string[]
}

/** Programs that run the program behind them in the same place. */
export const wrappers: ReadonlyMap<string, Wrapper> = new Map(
  Object.entries({
    sudo: {
      values: [
        '-u',
        '-g',
        '-h',
        '-p',
        '-C',
        '-r',
        '-t',
        '-T',
        '-U',
        '-D',
        '-R',
        '--user',
        '--group',
        '--chdir',
        '--prompt',
      ],
      assigns: true,
    },
    doas: { values: ['-u', '-C'] },
    env: { values: ['-u', '-C', '--unset', '--chdir'], assigns: true },
    'cross-env': { assigns: true },
    exec: { values: ['-a'] },
    command: { not: ['-v', '-V'] },
    builtin: {},
    time: { values: ['-f', '-o', '--format', '--output'] },
    nice: { values: ['-n', '--adjustment'] },
    ionice: { values: ['-c', '-n', '-p', '--class', '--classdata'] },
    nohup: {},
    setsid: {},
    timeout: { values: ['-s', '-k', '--signal', '--kill-after'], operands: 1 },
    stdbuf: { values: ['-i', '-o', '-e', '--input', '--output', '--error'] },
    unbuffer: {},
    xargs: {
      values: [
        '-I',
        '-n',
        '-P',
        '-L',
        '-d',
        '-s',
        '-a',
        '-E',
        '--max-args',
        '--max-procs',
        '--delimiter',
        '--arg-file',
        '--replace',
      ],
    },
    gosu: { operands: 1 },
    'su-exec': { operands: 1 },
    's6-setuidgid': { operands: 1 },
    chpst: { values: ['-u', '-U', '-e', '-n'] },
    setpriv: { values: ['--reuid', '--regid', '--groups', '--inh-caps', '--bounding-set', '--ambient-caps'] },
    runuser: { values: ['-u', '-g', '-G', '--user', '--group', '--supp-group'] },
    chroot: { values: ['--userspec', '--groups'], operands: 1 },
    flock: { values: ['-w', '-E', '--timeout'], operands: 1 },
    fakeroot: { values: ['-l', '-s', '-i', '-b'] },
    'xvfb-run': { values: ['-s', '-n', '-e', '-f', '-p', '--server-args', '--server-num', '--error-file'] },
    eatmydata: {},
    ccache: {},
    sccache: {},
    'dumb-init': { values: ['-r', '--rewrite'] },
    tini: { values: ['-p', '-e'] },
    'tini-static': { values: ['-p', '-e'] },
    catatonit: {},
    'with-contenv': {},
    busybox: { not: ['--install', '--list'] },
  } satisfies Record<string, Wrapper>),
)

/** Shells whose texts can be read. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'rbash'])

/** Options of shells whose value is a word of its own. */
export const shellValues: ReadonlySet<string> = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file'])

/** The last part of a program's path, without the extension that Windows wants. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.exe$/i, '')
}
