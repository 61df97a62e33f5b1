import { describe, expect, test } from 'vitest'
import { type Action, actionsOf, parseScript } from './index.ts'

const defaults: Readonly<Record<string, unknown>> = {
  packages: [],
  files: [],
  locked: false,
  production: false,
  noCache: false,
  noRecommends: true,
  assumeYes: true,
  noScripts: false,
  recursive: false,
  outputs: [],
}

/** What an action says beyond the ordinary. Packages are `name`, `name@version` or, for exactly one version, `name@version!`. */
function brief(action: Action): Record<string, unknown> {
  const packages = 'packages' in action ? { packages: action.packages.map(ofPackage) } : {}
  const all = Object.entries({ ...action, ...packages, command: undefined })
  return Object.fromEntries(all.filter(([key, value]) => JSON.stringify(defaults[key]) !== JSON.stringify(value)))
}

function ofPackage({ name, version }: { name: string; version?: { text: string; exact: boolean } }): string {
  return version === undefined ? name : `${name}@${version.text}${version.exact ? '!' : ''}`
}

function actions(text: string): readonly Record<string, unknown>[] {
  const { commands } = parseScript(text, { toSourceOffset: (offset) => offset, cwd: '/app' })
  return commands.flatMap((command) => actionsOf(command)).map(brief)
}

type Row = readonly [text: string, ...expected: readonly Record<string, unknown>[]]

function rows(name: string, table: readonly Row[]): void {
  describe(name, () => {
    test.each(table.map(([text, ...expected]) => ({ text, expected })))('$text', ({ text, expected }) => {
      const found = actions(text)
      expect(found).toHaveLength(expected.length)
      for (const [index, one] of expected.entries()) expect(found[index]).toMatchObject(one)
    })
  })
}

const installs = (manager: string, facts: Record<string, unknown>) => ({ kind: 'install', manager, ...facts })

describe('all that an installation says', () => {
  test.each<readonly [string, Record<string, unknown>]>([
    [
      'apt-get install git',
      {
        kind: 'install',
        manager: 'apt',
        subcommand: 'install',
        what: 'named',
        packages: ['git'],
        scope: 'system',
        noRecommends: false,
        assumeYes: false,
      },
    ],
    [
      'apt-get -y install --no-install-recommends git',
      { kind: 'install', manager: 'apt', subcommand: 'install', what: 'named', packages: ['git'], scope: 'system' },
    ],
    [
      'npm install',
      { kind: 'install', manager: 'npm', subcommand: 'install', what: 'manifest', scope: 'project', directory: '/app' },
    ],
    [
      'pip install flask',
      { kind: 'install', manager: 'pip', subcommand: 'install', what: 'named', packages: ['flask'], scope: 'global' },
    ],
  ])('%j', (text, expected) => {
    expect(actions(text)).toEqual([expected])
  })
})

rows('managers of distributions', [
  ['apt-get update', { kind: 'refresh-index', manager: 'apt' }],
  [
    'apt-get -qq -o Acquire::Retries=3 install -t stable a=1.2-3 b=1.* c/stable d:arm64',
    installs('apt', { packages: ['a@1.2-3!', 'b@1.*', 'c@stable', 'd'] }),
  ],
  [
    'apt-get install -q -y -o APT::Install-Recommends=0 g++ libstdc++6',
    installs('apt', { packages: ['g++', 'libstdc++6'] }),
  ],
  ['yes | apt-get install git', { kind: 'other' }, installs('apt', { packages: ['git'] })],
  ['apt-get purge -y --auto-remove gcc', { kind: 'uninstall', packages: ['gcc'] }],
  ['apt-get clean; apt-get dist-upgrade -y', { kind: 'clean-cache' }, { kind: 'upgrade' }],
  [
    'apk add --no-cache --virtual .build-deps gcc=~12 musl-dev',
    installs('apk', { noCache: true, virtual: '.build-deps', packages: ['gcc@12', 'musl-dev'] }),
  ],
  ['apk --no-cache add -t .b a=1.2-r0', installs('apk', { noCache: true, virtual: '.b', packages: ['a@1.2-r0!'] })],
  ['apk add --update git', { kind: 'refresh-index', manager: 'apk' }, installs('apk', { packages: ['git'] })],
  ['apk del .build-deps', { kind: 'uninstall', packages: ['.build-deps'] }],
  [
    'dnf install -y --setopt=keepcache=0 --setopt install_weak_deps=False httpd-2.4.57 python3-pip',
    installs('dnf', { noCache: true, packages: ['httpd@2.4.57!', 'python3-pip'] }),
  ],
  ['yum -y update && yum clean all', { kind: 'upgrade', manager: 'dnf' }, { kind: 'clean-cache' }],
  ['microdnf install git', { ...installs('dnf', { packages: ['git'] }), assumeYes: false }],
  ['tdnf install -y git', installs('dnf', { packages: ['git'] })],
  ['zypper -n install --no-recommends git', installs('zypper', { packages: ['git'] })],
  [
    'pacman -Syu --noconfirm git',
    { kind: 'refresh-index' },
    { kind: 'upgrade' },
    installs('pacman', { packages: ['git'] }),
  ],
  ['apt-get --version', { kind: 'other' }],
])

rows('managers of JavaScript', [
  ['npm ci --omit=dev --ignore-scripts', installs('npm', { locked: true, production: true, noScripts: true })],
  ['npm i --only=production', installs('npm', { what: 'manifest', production: true })],
  ['NODE_ENV=production npm ci', installs('npm', { production: true })],
  ['export NODE_ENV=production; npm ci --include=dev', installs('npm', { locked: true, what: 'manifest' })],
  ['npm_config_production=true npm i', installs('npm', { production: true })],
  [
    'npm install -g pnpm@8.1.0 typescript@^5 @vue/cli',
    installs('npm', { scope: 'global', packages: ['pnpm@8.1.0!', 'typescript@^5', '@vue/cli'] }),
  ],
  ['npm --prefix web ci', installs('npm', { scope: 'prefix', directory: '/app/web' })],
  ['npm prune --omit=dev; npm cache clean --force', { kind: 'prune-dev' }, { kind: 'clean-cache', manager: 'npm' }],
  ['yarn --frozen-lockfile --production', installs('yarn', { subcommand: 'install', locked: true, production: true })],
  ['yarn install --immutable && yarn cache clean', installs('yarn', { locked: true }), { kind: 'clean-cache' }],
  [
    'corepack yarn workspaces focus --all --production',
    installs('yarn', { subcommand: 'workspaces focus', production: true }),
  ],
  ['yarn global add serve@14.2.1', installs('yarn', { scope: 'global', packages: ['serve@14.2.1!'] })],
  ['pnpm i --frozen-lockfile --prod', installs('pnpm', { locked: true, production: true })],
  [
    'pnpm fetch && pnpm deploy --filter=web --prod /out',
    installs('pnpm', { locked: true }),
    installs('pnpm', { production: true, directory: '/out' }),
  ],
  ['bun install --frozen-lockfile --production', installs('bun', { locked: true, production: true })],
  ['npm run build', { kind: 'build', tool: 'npm', script: 'build', directory: '/app' }],
  [
    'yarn build:prod; pnpm -r build; yarn workspace web build',
    { tool: 'yarn', script: 'build:prod' },
    { tool: 'pnpm' },
    { tool: 'yarn', script: 'build' },
  ],
  [
    'npm test; npm run test:unit; npm start; npm run lint',
    { kind: 'test' },
    { kind: 'test' },
    { kind: 'other' },
    { kind: 'other' },
  ],
  [
    'npx -y tsc -p . --outDir out; npx vite; next start',
    { kind: 'build', tool: 'tsc', outputs: ['/app/out'] },
    { kind: 'other' },
    { kind: 'other' },
  ],
])

rows('managers of Python', [
  [
    'pip install --no-cache-dir -r requirements.txt -c c.txt',
    installs('pip', { what: 'manifest', files: ['requirements.txt', 'c.txt'], noCache: true }),
  ],
  [
    "python3 -m pip install 'flask[async]==3.0' 'x>=1,<2' y~=1.1",
    installs('pip', { packages: ['flask@3.0!', 'x@1,<2', 'y@1.1'] }),
  ],
  ['PIP_NO_CACHE_DIR=0 pip3 install -e .[dev]', installs('pip', { what: 'manifest', noCache: true })],
  ['pip install --user --require-hashes -r r.txt', installs('pip', { scope: 'user', locked: true })],
  [
    'pip install --target=/out a; pip wheel -w /wheels -r r.txt',
    installs('pip', { directory: '/out' }),
    installs('pip', { subcommand: 'wheel', directory: '/wheels' }),
  ],
  ['/opt/venv/bin/pip install a', installs('pip', { scope: 'project', directory: '/opt/venv' })],
  ['uv sync --frozen --no-dev', installs('uv', { locked: true, production: true })],
  [
    'UV_LOCKED=1 uv sync --no-cache; uv pip install --system -r r.txt',
    installs('uv', { locked: true, noCache: true }),
    installs('uv', { scope: 'global', files: ['r.txt'] }),
  ],
  ['poetry install --only main --no-root', installs('poetry', { production: true, locked: true })],
  [
    'poetry install --without test,dev; poetry install',
    installs('poetry', { production: true }),
    installs('poetry', { what: 'manifest' }),
  ],
  ['poetry export -f requirements.txt -o r.txt', { kind: 'write', paths: ['/app/r.txt'] }],
  ['pipenv install --deploy --system', installs('pipenv', { locked: true, scope: 'global' })],
  ['pdm install --prod --frozen-lockfile', installs('pdm', { locked: true, production: true })],
  [
    'conda env create -f env.yml; conda clean -afy',
    installs('conda', { what: 'manifest', files: ['env.yml'] }),
    { kind: 'clean-cache' },
  ],
  [
    'poetry run pytest; python -m unittest; python manage.py collectstatic',
    { kind: 'test' },
    { kind: 'test' },
    { kind: 'build', tool: 'python' },
  ],
])

rows('other languages', [
  ['go mod download', installs('go', { subcommand: 'mod download', what: 'manifest', locked: true })],
  [
    'go install example.org/x@v1.2.3 && go install ./cmd/y',
    installs('go', { packages: ['example.org/x@v1.2.3!'] }),
    { kind: 'build', tool: 'go' },
  ],
  [
    'CGO_ENABLED=0 GOARCH=arm64 go build -ldflags="-s -w" -o /bin/x .',
    { stripped: true, static: true, targetArch: 'arm64', outputs: ['/bin/x'] },
  ],
  ['GOARCH=$TARGETARCH go build .', { kind: 'build', targetArch: '$TARGETARCH' }],
  [
    'cargo build --release --target x86_64-unknown-linux-musl',
    { kind: 'build', static: true, targetArch: 'x86_64-unknown-linux-musl' },
  ],
  [
    'cargo build; cargo chef cook --release',
    { stripped: false },
    installs('cargo', { subcommand: 'chef cook', what: 'manifest' }),
  ],
  [
    'cargo install --locked --version 0.7.1 sqlx-cli',
    installs('cargo', { locked: true, packages: ['sqlx-cli@0.7.1!'] }),
  ],
  [
    './mvnw -B dependency:go-offline; mvn -DskipTests clean package',
    installs('maven', { subcommand: 'dependency:go-offline' }),
    { kind: 'build', script: 'package' },
  ],
  ['./gradlew --no-daemon :app:bootJar -x test', { kind: 'build', tool: 'gradle', script: 'bootJar' }],
  ['jlink --add-modules java.base --strip-debug --output /jre', { kind: 'build', tool: 'jlink', outputs: ['/jre'] }],
  ['composer install --no-dev --no-scripts', installs('composer', { locked: true, production: true, noScripts: true })],
  ['gem install rails -v 7.1.0', installs('gem', { packages: ['rails@7.1.0!'] })],
  [
    'BUNDLE_FROZEN=1 bundle install --without development test',
    installs('bundler', { locked: true, production: true }),
  ],
  [
    'dotnet restore --locked-mode && dotnet publish -o /out',
    installs('dotnet', { locked: true }),
    { kind: 'build', script: 'publish', outputs: ['/out'] },
  ],
  [
    'mix do deps.get --only prod, deps.compile',
    installs('mix', { production: true }),
    { kind: 'build', script: 'deps.compile' },
  ],
  [
    'x86_64-linux-musl-gcc -static -s -o a a.c',
    { kind: 'build', tool: 'gcc', stripped: true, static: true, targetArch: 'x86_64-linux-musl' },
  ],
  [
    'make -C src -j4 all test; make clean',
    { kind: 'build', directory: '/app/src', script: 'all' },
    { kind: 'test' },
    { kind: 'other' },
  ],
  ['cmake -B build -S . && cmake --build build', { outputs: ['/app/build'] }, { directory: '/app/build' }],
  ['gcc --version', { kind: 'other' }],
])

rows('files', [
  [
    'rm -rf a /var/lib/apt/lists/* ../x',
    { kind: 'delete', paths: ['/app/a', '/var/lib/apt/lists/*', '/x'], recursive: true },
  ],
  ["find /usr -name '*.pyc' -delete", { kind: 'delete', paths: ['/usr/**/*.pyc'] }],
  ['find / -name __pycache__ -exec rm -rf {} +', { kind: 'delete', paths: ['/**/__pycache__'], recursive: true }],
  [
    'install -d -m 755 -o app -g app /d',
    { kind: 'make-directory' },
    { kind: 'chown', spec: 'app:app' },
    { kind: 'chmod', spec: '755' },
  ],
  [
    'cp -r a b /c/; mv x /y; ln -s /usr/bin/a b',
    { kind: 'copy', destination: '/c/' },
    { kind: 'move', sources: ['/app/x'] },
    { kind: 'link', destination: '/app/b' },
  ],
  [
    'chown -R app:app . && chmod -x b',
    { kind: 'chown', recursive: true, paths: ['/app'] },
    { kind: 'chmod', spec: '-x', paths: ['/app/b'] },
  ],
  ['strip --strip-all /bin/x', { kind: 'strip', paths: ['/bin/x'] }],
  ['cat a > b 2>/dev/null', { kind: 'other' }, { kind: 'write', paths: ['/app/b'] }],
  ['echo x | tee -a /f', { kind: 'other' }, { kind: 'write', paths: ['/f'] }],
  [
    'curl -fsSL https://x/a.tgz | tar xzC /opt',
    { kind: 'download', urls: ['https://x/a.tgz'] },
    { kind: 'unpack', directory: '/opt' },
  ],
  ['curl -fsSLo t.tgz https://x/a', { kind: 'download', output: '/app/t.tgz' }],
  [
    'curl -LO https://x/a.tgz?q=1; curl https://x > y',
    { output: '/app/a.tgz' },
    { output: '/app/y' },
    { kind: 'write', paths: ['/app/y'] },
  ],
  [
    'wget -qO- https://x/s | sh; wget -P /t https://x/s',
    { kind: 'download', urls: ['https://x/s'] },
    { kind: 'other' },
    { output: '/t/s' },
  ],
  ['curl -f http://localhost:8080/health', { kind: 'other' }],
  [
    'tar -xf a.tgz; unzip -q b.zip -d /o',
    { kind: 'unpack', archive: '/app/a.tgz', directory: '/app' },
    { archive: '/app/b.zip', directory: '/o' },
  ],
  [
    'git clone --depth 1 -b v1 https://h/o/r.git; git -C x clone git@h:r d',
    { kind: 'clone', directory: '/app/r' },
    { directory: '/app/x/d' },
  ],
  ['git status', { kind: 'other' }],
])

rows('accounts', [
  [
    'useradd -r -m -u 1001 -g app -d /home/a a',
    { kind: 'create-user', name: 'a', uid: 1001, group: 'app', home: '/home/a' },
  ],
  ['adduser -D -H -u 1000 -G app a', { kind: 'create-user', name: 'a', uid: 1000, group: 'app' }],
  [
    'adduser --system --group --disabled-password --gecos "" a',
    { kind: 'create-group', name: 'a' },
    { kind: 'create-user', name: 'a', group: 'a' },
  ],
  ['adduser a docker', { kind: 'other' }],
  ['addgroup -g 1000 -S g; groupadd --gid 5 h', { kind: 'create-group', name: 'g', gid: 1000 }, { name: 'h', gid: 5 }],
  ['echo "n:x:65534:65534:n:/:" >> /etc/passwd', { kind: 'create-user', name: 'n', uid: 65534 }, { kind: 'write' }],
])

describe('commands that no table knows', () => {
  test('a server is something other', () => {
    expect(actions('nginx -g "daemon off;"; node server.js')).toEqual([{ kind: 'other' }, { kind: 'other' }])
  })

  test('an assignment does nothing', () => {
    expect(actions('A=1; export B=2')).toEqual([])
  })

  test('odd words throw nothing', () => {
    const programs =
      'apt-get apk dnf zypper pacman npm yarn pnpm bun pip uv poetry pipenv pdm conda go cargo mvn gradle composer gem bundle dotnet mix'
    const others =
      'rm find install cp ln chown chmod curl wget git tar unzip useradd adduser groupadd make cmake gcc tsc python3 jlink toString'
    for (const program of `${programs} ${others}`.split(' '))
      for (const words of [
        '',
        '-',
        '--',
        '-o',
        '--prefix',
        'install',
        'install -r',
        '$X',
        '"',
        '-C',
        'run',
        '=',
        'x= -f',
      ])
        expect(() => actions(`${program} ${words}`)).not.toThrow()
  })
})
