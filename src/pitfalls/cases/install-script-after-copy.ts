import type { PitfallCase } from './pitfall-case.ts'

const manifest = (scripts: Readonly<Record<string, string>>, more: object = {}): string =>
  JSON.stringify({ name: 'a', scripts, dependencies: { express: '5' }, ...more })
const node = (...lines: readonly string[]): string =>
  `FROM node:24\nWORKDIR /app\n${lines.join('\n')}\nCMD ["node", "server.js"]\n`
const late = node('COPY package*.json ./', 'RUN npm ci', 'COPY . .')
const script = { 'scripts/postinstall.js': '1', 'server.js': '1', 'package-lock.json': '{}' }

/** Install scripts, and what they need. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds a program of the project',
    dockerfile: late,
    files: { ...script, 'package.json': manifest({ postinstall: 'node scripts/postinstall.js' }) },
    finds: [4],
    says: '`npm ci` runs the script `postinstall` of package.json (`node scripts/postinstall.js`), which needs scripts/postinstall.js, and no COPY has brought that yet: the installation fails',
  },
  {
    title: 'finds it with other managers, without its ending, and behind another script',
    dockerfile: node('COPY package.json pnpm-lock.yaml ./', 'RUN pnpm install --frozen-lockfile', 'COPY . .'),
    files: {
      ...script,
      'pnpm-lock.yaml': '',
      'package.json': manifest({ preinstall: 'npm run check', check: 'node ./scripts/postinstall' }),
    },
    finds: [4],
    says: 'scripts/postinstall.js',
  },
  {
    title: 'finds a script of the shell in a project below the context',
    dockerfile: node('COPY web/package.json web/yarn.lock ./', 'RUN yarn install --frozen-lockfile', 'COPY web .'),
    files: {
      'web/package.json': manifest({ postinstall: './tools/setup.sh' }),
      'web/yarn.lock': '',
      'web/tools/setup.sh': '1',
    },
    finds: [4],
    says: 'needs tools/setup.sh',
  },
  {
    title: 'finds patches that are not applied',
    dockerfile: late,
    files: {
      'package.json': manifest({ postinstall: 'patch-package' }),
      'patches/express+5.0.0.patch': '-',
      'server.js': '1',
    },
    finds: [4],
    says: 'it does nothing, and nobody is told',
  },
  {
    title: 'finds the schema of prisma',
    dockerfile: late,
    files: { 'package.json': manifest({ postinstall: 'npx prisma generate' }), 'prisma/schema.prisma': 'x' },
    finds: [4],
    says: 'needs prisma/schema.prisma',
  },
  {
    title: 'finds a compiler without its settings',
    dockerfile: late,
    files: { 'package.json': manifest({ prepare: 'npm run build', build: 'tsc' }), 'tsconfig.json': '{}' },
    finds: [4],
  },
  {
    title: 'finds husky that is left out',
    dockerfile: node('COPY package*.json ./', 'RUN npm ci --omit=dev', 'COPY . .'),
    files: { 'package.json': manifest({ prepare: 'husky' }, { devDependencies: { husky: '9' } }) },
    finds: [4],
    says: 'leaves husky of devDependencies out: the installation fails',
  },
  {
    title: 'is content when no script is run',
    dockerfile: node('COPY package*.json ./', 'RUN npm ci --ignore-scripts', 'COPY . .'),
    files: { ...script, 'package.json': manifest({ postinstall: 'node scripts/postinstall.js' }) },
  },
  {
    title: 'is content when settings say so',
    dockerfile: late,
    files: {
      ...script,
      '.npmrc': 'ignore-scripts=true\n',
      'package.json': manifest({ postinstall: 'node scripts/postinstall.js' }),
    },
  },
  {
    title: 'is content with files that are there before',
    dockerfile: node('COPY package*.json ./', 'COPY scripts ./scripts', 'RUN npm ci', 'COPY . .'),
    files: { ...script, 'package.json': manifest({ postinstall: 'node scripts/postinstall.js' }) },
  },
  {
    title: 'is content with the context, patches and mounts',
    dockerfile: node(
      'COPY . .',
      'RUN npm ci',
      'WORKDIR /b',
      'COPY package.json ./',
      'COPY patches/ patches/',
      'RUN --mount=type=bind,source=scripts,target=/b/scripts npm ci',
    ),
    files: {
      ...script,
      'patches/a+1.patch': '-',
      'package.json': manifest({ postinstall: 'patch-package && node scripts/postinstall.js' }),
    },
  },
  {
    title: 'is content with scripts that ask, or pass',
    dockerfile: node('COPY package*.json ./', 'RUN npm ci --omit=dev', 'COPY . .'),
    files: {
      ...script,
      'package.json': manifest(
        {
          prepare: 'husky || true',
          postinstall: 'test -f scripts/postinstall.js && node scripts/postinstall.js || true',
        },
        { devDependencies: { husky: '9' } },
      ),
    },
  },
  {
    title: 'is content with another command for when it fails',
    dockerfile: node('COPY package*.json ./', 'RUN npm ci --omit=dev', 'COPY . .'),
    files: {
      ...script,
      'package.json': manifest(
        {
          prepare: 'husky || echo no hooks',
          postinstall: '[ -f scripts/postinstall.js ] && node scripts/postinstall.js; true',
        },
        { devDependencies: { husky: '9' } },
      ),
    },
  },
  {
    title: 'is content with a script that may end before',
    dockerfile: late,
    files: {
      ...script,
      'package.json': manifest({ postinstall: 'if [ -n "$CI" ]; then exit 0; fi; node scripts/postinstall.js' }),
    },
  },
  {
    title: 'is content with husky where everything is installed',
    dockerfile: late,
    files: { 'package.json': manifest({ prepare: 'husky' }, { devDependencies: { husky: '9' } }) },
  },
  {
    title: 'is content when the script is taken out, or when all comes of another stage',
    dockerfile: node('COPY package*.json ./', 'RUN npm pkg delete scripts.postinstall && npm ci', 'COPY . .'),
    files: { ...script, 'package.json': manifest({ postinstall: 'node scripts/postinstall.js' }) },
  },
  {
    title: 'is content with a script that is nowhere in the project, or inline',
    dockerfile: late,
    files: {
      'package.json': manifest({ postinstall: 'node lib/made.js', preinstall: 'node -e "1"', prepare: 'echo ok' }),
    },
  },
  {
    title: 'is content with other scripts',
    dockerfile: late,
    files: {
      ...script,
      'package.json': manifest({ build: 'node scripts/postinstall.js', prepublishOnly: 'tsc' }),
      'tsconfig.json': '{}',
    },
  },
]
