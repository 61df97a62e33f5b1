import { describe, expect, test } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { explainEmptyMounts, type Gain, strayPlaces } from './index.ts'

const passwd = 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n'

interface Case {
  readonly run: string
  readonly target: string
  readonly env?: readonly string[]
  readonly user?: string
  readonly cwd?: string
  readonly files?: Readonly<Record<string, string>>
  readonly gained?: readonly Gain[]
  readonly owner?: { readonly uid: number; readonly gid: number; readonly mode: number }
}

function step({ run, env = [], user = '', cwd = '/app', files = {} }: Case) {
  const all = { 'etc/passwd': passwd, ...files }
  const tree = memoryTree(all)
  return { argv: ['/bin/sh', '-c', run], env, cwd, user, tree: () => tree }
}

function explained(one: Case): readonly string[] {
  const { target, owner = { uid: 0, gid: 0, mode: 0o755 }, gained = [] } = one
  return explainEmptyMounts(step(one), [{ target, bytes: 0, ...owner }], gained).map(
    ({ reason, fix, elsewhere }) => `${reason} | ${fix}${elsewhere === undefined ? '' : ` | ${elsewhere.path}`}`,
  )
}

const cleanFile = { 'etc/apt/apt.conf.d/docker-clean': 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' }

describe('explainEmptyMounts', () => {
  const known: readonly (readonly [string, Case, RegExp])[] = [
    [
      'docker-clean of Debian images',
      { run: 'apt-get update && apt-get install -y curl', target: '/var/cache/apt', files: cleanFile },
      /docker-clean of the base makes apt delete .* \| before it: RUN rm -f .*Keep-Downloaded-Packages/,
    ],
    [
      'apt-get clean',
      { run: 'apt-get install -y curl && apt-get clean', target: '/var/cache/apt' },
      /^apt-get clean removes what apt has kept/,
    ],
    [
      'apt, which deletes packages by itself',
      { run: 'apt install -y curl', target: '/var/cache/apt' },
      /use apt-get install/,
    ],
    [
      'rm of the lists',
      { run: 'apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*', target: '/var/lib/apt/lists' },
      /^rm -rf \/var\/lib\/apt\/lists\/\* empties it at the end/,
    ],
    [
      'apk --no-cache',
      { run: 'apk add --no-cache git', target: '/var/cache/apk' },
      /^--no-cache tells apk to keep nothing/,
    ],
    [
      'pip --no-cache-dir',
      { run: 'pip install --no-cache-dir -r requirements.txt', target: '/root/.cache/pip' },
      /^--no-cache-dir tells pip to keep nothing/,
    ],
    [
      'PIP_NO_CACHE_DIR',
      { run: 'pip install flask', target: '/root/.cache/pip', env: ['PIP_NO_CACHE_DIR=1'] },
      /^PIP_NO_CACHE_DIR=1 tells pip to keep nothing \| begin the command with: unset PIP_NO_CACHE_DIR;/,
    ],
    [
      'a variable that the command sets',
      { run: 'export GOMODCACHE=/mod && go build ./...', target: '/go/pkg/mod' },
      /^because of GOMODCACHE, go keeps its cache in \/mod \| --mount=type=cache,target=\/mod$/,
    ],
    [
      'npm --cache',
      { run: 'npm ci --cache .npm-cache', target: '/root/.npm' },
      /^because of --cache, npm keeps its cache in \/app\/.npm-cache/,
    ],
    [
      'the home of another user',
      { run: 'npm ci', target: '/root/.npm', user: 'node' },
      /^the step runs as node, so npm keeps its cache in \/home\/node\/.npm \| --mount=type=cache,target=\/home\/node\/.npm,uid=1000,gid=1000$/,
    ],
    [
      'a mount that belongs to root',
      { run: 'npm ci', target: '/home/node/.npm', user: 'node' },
      /^it belongs to root with mode 0755, and the step runs as node \| add uid=1000,gid=1000 to the mount$/,
    ],
    [
      'what went elsewhere although nothing says why',
      {
        run: 'yarn install',
        target: '/root/.cache/yarn',
        gained: [{ path: '/usr/local/share/.cache/yarn', bytes: 9 }],
      },
      /^yarn keeps its cache in \/usr\/local\/share\/.cache\/yarn .* \| \/usr\/local\/share\/.cache\/yarn$/,
    ],
    [
      'CARGO_HOME of the Rust images',
      { run: 'cargo build --release', target: '/root/.cargo/registry', env: ['CARGO_HOME=/usr/local/cargo'] },
      /^because of CARGO_HOME, cargo keeps its cache in \/usr\/local\/cargo/,
    ],
    [
      'another target directory',
      { run: 'cargo build', target: '/src/target', cwd: '/app' },
      /^cargo keeps its cache in \/app\/target/,
    ],
    [
      'maven.repo.local',
      { run: 'mvn -Dmaven.repo.local=/m package', target: '/root/.m2' },
      /^because of -Dmaven.repo.local/,
    ],
    [
      'GRADLE_USER_HOME',
      { run: './gradlew build', target: '/root/.gradle', env: ['GRADLE_USER_HOME=/g'] },
      /in \/g \|/,
    ],
    ['uv cache', { run: 'uv sync', target: '/root/.cache/uv', env: ['UV_NO_CACHE=1'] }, /^UV_NO_CACHE=1/],
    ['composer', { run: 'composer install --no-cache', target: '/root/.composer/cache' }, /^--no-cache tells composer/],
    [
      'a directory that a user without a tool of ours may not write to',
      { run: 'make', target: '/build', user: 'node' },
      /^it belongs to root/,
    ],
  ]
  for (const [name, one, wanted] of known)
    test(`knows ${name}`, () => {
      expect(explained(one)).toEqual([expect.stringMatching(wanted)])
    })

  const fine: readonly (readonly [string, Case])[] = [
    ['a tool that had nothing to keep', { run: 'npm ci', target: '/root/.npm' }],
    ['a command that is no tool', { run: 'echo hello', target: '/c' }],
    [
      'no git dependencies',
      { run: 'cargo build', target: '/usr/local/cargo/git', env: ['CARGO_HOME=/usr/local/cargo'] },
    ],
    [
      'docker-clean removed in the same step',
      { run: 'rm -f /etc/apt/apt.conf.d/docker-clean; apt-get install x', target: '/var/cache/apt', files: cleanFile },
    ],
    [
      'a mount that a group may write to',
      { run: 'make', target: '/b', user: '1234', owner: { uid: 0, gid: 0, mode: 0o775 } },
    ],
  ]
  for (const [name, one] of fine)
    test(`says nothing of ${name}`, () => {
      expect(explained(one)).toEqual([])
    })

  test('says nothing of mounts that hold something', () => {
    const one = { run: 'npm ci --cache /x', target: '/root/.npm' }
    expect(explainEmptyMounts(step(one), [{ target: one.target, bytes: 1, uid: 0, gid: 0, mode: 0o755 }], [])).toEqual(
      [],
    )
  })
})

describe('strayPlaces', () => {
  test('names where the tools of the step would keep what the mounts were meant for', () => {
    const one = { run: 'npm ci && go build', target: '/root/.npm', user: 'node' }
    expect(strayPlaces(step(one), ['/root/.npm'])).toEqual(['/home/node/.npm', '/.npm'])
    expect(strayPlaces(step(one), ['/srv'])).toEqual([])
  })
})
