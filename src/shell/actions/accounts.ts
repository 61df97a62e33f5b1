import { type Options, readOptions, textOf } from './options.ts'
import { own, type Deed, type Reader, type Subject } from './subject.ts'

/** What makes users and groups, in the spellings of Debian, Red Hat and busybox, and lines for /etc/passwd. */
export const accounts: Reader = (subject) => own(readers, subject.program)?.(subject)

const readers: Readonly<Record<string, (subject: Subject) => readonly Deed[] | undefined>> = {
  useradd: (subject) => useradd(subject),
  adduser: (subject) => adduser(subject),
  groupadd: (subject) => group(subject),
  addgroup: (subject) => group(subject),
  echo: (subject) => lines(subject),
  printf: (subject) => lines(subject),
}

const useraddValues: ReadonlySet<string> = new Set(
  `-u -g -G -d -s -c -b -e -f -k -K -p -R -P -Z --uid --gid --groups --home-dir --home --shell --comment --base-dir --expiredate
  --inactive --skel --key --password --root --prefix`.split(/\s+/),
)

function useradd(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: useraddValues })
  const name = options.operands.at(-1)
  if (name === undefined || options.has('-D', '--defaults')) return undefined
  const own = options.has('-U', '--user-group') ? textOf(name) : undefined
  return [
    user(textOf(name), {
      uid: options.value('-u', '--uid'),
      home: options.value('-d', '--home-dir', '--home'),
      group: options.value('-g', '--gid') ?? own,
    }),
  ]
}

const adduserValues: ReadonlySet<string> = new Set(
  `-u -G -h -s -g -k -d -c --uid --gid --home --shell --ingroup --gecos --comment --conf --firstuid --lastuid --firstgid
  --lastgid --add_extra_groups`.split(/\s+/),
)

/** `adduser app`, `adduser -D -u 1000 app` (busybox), `adduser --system --group app`; with two names it only joins a group. */
function adduser(subject: Subject): readonly Deed[] | undefined {
  const options = readOptions(subject.words, { values: adduserValues })
  const [name, ...others] = options.operands
  if (name === undefined || others.length > 0) return undefined
  const text = textOf(name)
  const own = options.has('--group') ? text : undefined
  const facts = {
    uid: options.value('-u', '--uid'),
    home: options.value('-h', '--home', '-d'),
    group: options.value('--ingroup', '-G', '--gid') ?? own,
  }
  const made = user(text, facts)
  return own === undefined ? [made] : [{ kind: 'create-group', name: own }, made]
}

interface UserFacts {
  readonly uid: string | undefined
  readonly home: string | undefined
  readonly group: string | undefined
}

function user(name: string, { uid, home, group: belongs }: UserFacts): Deed {
  return {
    kind: 'create-user',
    name,
    ...numbered('uid', uid),
    ...(home === undefined ? {} : { home }),
    ...(belongs === undefined ? {} : { group: belongs }),
  }
}

function numbered<Key extends string>(key: Key, text: string | undefined): { readonly [K in Key]?: number } {
  return (text !== undefined && /^\d+$/.test(text) ? { [key]: Number(text) } : {}) as { readonly [K in Key]?: number }
}

function group(subject: Subject): readonly Deed[] | undefined {
  const options: Options = readOptions(subject.words, {
    values: new Set([
      '-g',
      '-K',
      '-p',
      '-R',
      '-P',
      '--gid',
      '--key',
      '--password',
      '--root',
      '--firstgid',
      '--lastgid',
    ]),
  })
  const [name, ...others] = options.operands
  if (name === undefined || others.length > 0) return undefined
  return [{ kind: 'create-group', name: textOf(name), ...numbered('gid', options.value('-g', '--gid')) }]
}

/** `echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd`, as images without adduser do. */
function lines(subject: Subject): readonly Deed[] | undefined {
  const into = subject.command.redirects.find(({ operator }) => /^1?>>?$/.test(operator))
  const path = into === undefined ? '' : textOf(into.target)
  const written = subject.words.map(textOf).flatMap((text) => text.split(/\n|\\n/))
  if (path.endsWith('/passwd'))
    return written.flatMap((line) => {
      const match = /^([a-z_][\w.-]*):[^:]*:(\d+):(\d+):[^:]*:([^:]*):/i.exec(line)
      return match === null ? [] : [user(match[1] ?? '', { uid: match[2], home: match[4], group: match[3] })]
    })
  if (!path.endsWith('/group')) return undefined
  return written.flatMap((line): readonly Deed[] => {
    const match = /^([a-z_][\w.-]*):[^:]*:(\d+):/i.exec(line)
    return match === null ? [] : [{ kind: 'create-group', name: match[1] ?? '', ...numbered('gid', match[2]) }]
  })
}
