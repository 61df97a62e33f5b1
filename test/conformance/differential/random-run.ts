import fc from 'fast-check'
import type { Dialect } from './dialect.ts'
import { anyOf, mostly, weighted } from './random-words.ts'

/** Changes of files that make layers of every kind: new, changed, removed and replaced entries, links, opaque directories. */
const change = fc.constantFrom(
  'true',
  'echo hi >>/file',
  'mkdir -p /x/y/z',
  'rm -rf /d/*',
  'rm -r /d && mkdir /d',
  'rm -r /d && mkdir /d && echo new >/d/f',
  'rm -rf /l && mkdir /l && touch /l/x',
  'rm -rf /d',
  'mv /d /d9 && mkdir /d',
  'mv /d/sub /moved',
  'mv /file /renamed',
  'ln /file /hl',
  'ln /h1 /d/h3',
  'rm /h1',
  'echo x >>/h2',
  'ln -s d /l2',
  'ln -sf nowhere /l',
  'chmod 700 /d',
  'chmod 6711 /file',
  'chown 5:6 /file',
  'chown -R app:www /d',
  'chown -h 7:8 /l',
  'mkfifo /p',
  'mknod /nul c 1 3',
  'echo x >a',
  'mkdir -p a b/c && touch b/c/f',
  'touch -d "2001-02-03 04:05:06" /d /file',
  'touch /e/x && rm /e/x',
  'rm -rf /new /rel && mkdir -p /new',
  'touch /.wh.x',
  'cp -a /d /copy',
  'rmdir /e && touch /e',
)

/** What a step sees, written where the comparison finds it. */
const look = fc.constantFrom(
  'env | sort >/tmp/env',
  'pwd >/tmp/pwd; id -u >/tmp/uid; id -g >/tmp/gid',
  'echo "$A|$B|$ab|${UNSET-unset}|$PATH" >/tmp/vars',
  'umask >/tmp/umask; ls -a / >/tmp/ls',
  'find /d /e /l /m /new /rel /q 2>/tmp/missing | sort >/tmp/found',
  'hostname >/tmp/hostname; ulimit -n >/tmp/nofile',
  "stat -c '%n %F %a %u:%g' /tmp /dev/shm /proc . >/tmp/special; stat -c '%F %a' /dev/null >/tmp/null",
  'cat /proc/self/status | grep -E "^(Cap|NoNewPrivs|Seccomp:)" >/tmp/status',
)

const commands = fc.array(weighted([4, change], [2, look]), { minLength: 1, maxLength: 3 })

/** RUN in both forms, and with mounts and heredocs where the reference has them. */
export function randomRun(dialect: Dialect, from: readonly string[]): fc.Arbitrary<string> {
  // A command may fail because of those before it; the step then goes on.
  const script = fc
    .tuple(commands, weighted([19, fc.constant('; :')], [1, fc.constant('')]))
    .map(([list, end]) => list.join('; ') + end)
  const shell = fc
    .tuple(script, mostly(fc.constant(''), fc.constant('set -e; ')))
    .map(([text, first]) => `${first}${text}`)
  const exec = script.map((text) => JSON.stringify(['/bin/sh', '-c', text]))
  const rare = anyOf('[x]||:', "['true'] || :", ...(dialect.current ? ['--network=none :'] : []))
  // Old versions read the array and forget what stands behind it.
  const behindJson = fc.constantFrom('[ "true" ] || true', '[] || true')
  const odd = fc.constantFrom('false', 'exit 3', '["/missing"]', 'missing', '[]')
  const mounted = fc.tuple(randomMount(dialect, from), script).map(([mount, text]) => `${mount} ${text}`)
  const heredoc = fc
    .tuple(fc.constantFrom('<<EOF', '<<-EOF', '<<"EOF"', "<<'EOF'", '<<EOF sh', '<<EOF cat >/tmp/in'), commands)
    .map(([operator, list]) => [operator, ...list, ':', 'EOF'].join('\n'))
  const any = weighted(
    [6, shell],
    [2, exec],
    [1, rare],
    [dialect.current ? 1 : 0, behindJson],
    [3, mounted],
    [dialect.current ? 2 : 0, heredoc],
  )
  return mostly(any, odd).map((text) => `RUN ${text}`)
}

function randomMount(dialect: Dialect, from: readonly string[]): fc.Arbitrary<string> {
  const target = fc.constantFrom('/mnt', '/d', '/d/deep/er', 'rel', '/l', '/new/mount', '/file', '/e', '/tmp/m')
  const bind = fc
    .tuple(
      target,
      fc.constantFrom('', ',source=d', ',source=a', ',src=/d/s', ',source=missing', ',source=l'),
      fc.constantFrom('', ',rw', ',ro', ',readwrite=false'),
    )
    .map(([to, source, mode]) => `--mount=type=bind,target=${to}${source}${mode}`)
  const stage = (name: string): fc.Arbitrary<string> =>
    fc
      .tuple(target, fc.constantFrom('', ',source=/d', ',source=/file', ',source=/l', ',source=/m'))
      .map(([to, source]) => `--mount=from=${name},target=${to}${source}`)
  const tmpfs = target.map((to) => `--mount=type=tmpfs,target=${to}`)
  const secret = fc.constantFrom(
    '--mount=type=secret,id=none',
    '--mount=type=secret,id=none,required',
    '--mount=type=ssh',
  )
  const env = fc.constantFrom('--mount=type=bind,target=$A,source=d', '--mount=target=/mnt,source=$UNSET')
  const all = [
    [5, bind] as const,
    [3, tmpfs] as const,
    [1, secret] as const,
    ...(from.length === 0 ? [] : [[4, fc.constantFrom(...from).chain(stage)] as const]),
    ...(dialect.current ? [[1, env] as const] : []),
  ]
  return fc.array(weighted(...all), { minLength: 1, maxLength: 2 }).map((list) => list.join(' '))
}
