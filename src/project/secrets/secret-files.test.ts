import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

const key = (kind: string, body = 'bm90IGEga2V5IGJ1dCBsb25nIGVub3VnaCB0byBsb29rIGxpa2Ugb25lIGZvciBhIHRlc3Q='): string =>
  `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`

const holding: readonly (readonly [string, string, string])[] = [
  ['.env', 'PORT=3000\nDB_PASSWORD=hunter2\n', 'a credential'],
  ['config/.env.production', 'export JWT_SECRET="s3cr3t-value"\n', 'a credential'],
  ['.env.staging', 'DB_PASSWORD2=hunter2\n', 'a credential'],
  ['prod.env', 'DATABASE_URL=postgres://app:hunter2@db:5432/app\n', 'a credential'],
  ['.env.local', 'STRIPE_KEY=abcdef0123456789abcd\n', 'a credential'],
  ['.npmrc', '//registry.npmjs.org/:_authToken=npm_abc123\n', 'a token of a package registry'],
  ['web/.npmrc', '_auth=dXNlcjpwYXNz\n', 'a token of a package registry'],
  ['.yarnrc.yml', 'npmAuthToken: abcdef\n', 'a token of a package registry'],
  ['.netrc', 'machine example.com login ci password hunter2\n', 'a password'],
  ['.pypirc', '[pypi]\nusername = __token__\npassword = hunter2\n', 'a password of a package index'],
  ['.git-credentials', 'https://ci:hunter2@example.com\n', 'a password in an address'],
  ['pip.conf', '[global]\nindex-url = https://ci:hunter2@pypi.example.com/simple\n', 'a password in an address'],
  ['.docker/config.json', '{"auths":{"r.example.com":{"auth":"Y2k6aHVudGVyMg=="}}}', 'a login to a registry'],
  ['deploy/kubeconfig', 'users:\n- user:\n    client-key-data: LS0tLS1C\n', 'access to a cluster'],
  ['.aws/credentials', '[default]\naws_secret_access_key = abcd\n', 'a key of AWS'],
  [
    'settings.xml',
    '<settings><servers><server><password>hunter2</password></server></servers></settings>',
    'a password',
  ],
  [
    'infra/terraform.tfstate',
    '{"resources":[{"db_password": "hunter2"}]}',
    'values of infrastructure, passwords among them',
  ],
  ['prod.tfvars', 'db_password = "hunter2"\n', 'a credential'],
  ['config/master.key', '0123456789abcdef0123456789abcdef\n', 'the key to encrypted credentials'],
  ['.htpasswd', 'admin:$apr1$abc$defghi\n', 'hashes of passwords'],
  ['src/main/resources/application-prod.yml', 'spring:\n  datasource:\n    password: hunter2\n', 'a password'],
  ['application.properties', 'spring.datasource.password=hunter2\n', 'a password'],
  ['config/database.yml', 'production:\n  password: hunter2\n', 'a password'],
  ['appsettings.json', '{"ConnectionStrings":{"Db":"Server=x;Password=hunter2;"}}', 'a password'],
  ['auth.json', '{"github-oauth":{"github.com":"abcdef"}}', 'a login to a package registry'],
  ['secrets.yaml', 'api_key: hunter2\n', 'a credential'],
  ['certs/server.pem', key('CERTIFICATE') + key('PRIVATE KEY'), 'a private key'],
  ['ssh/deploy', key('OPENSSH PRIVATE KEY'), 'a private key'],
  ['id_rsa', key('RSA PRIVATE KEY', 'short'), 'a private key'],
  [
    'gcp.json',
    '{ "type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----\\n" }',
    'credentials of Google Cloud',
  ],
  ['src/test-key.ts', `export const key = \`${key('EC PRIVATE KEY')}\``, 'a private key'],
  ['scripts/deploy.sh', `export AWS_ACCESS_KEY_ID=AKIA${'QWERTYUIOPASDFGH'}\n`, 'a key of AWS'],
  ['src/client.ts', `const token = 'ghp_${'a1B2'.repeat(9)}'\n`, 'a token of GitHub'],
  ['ci/notes', `glpat-${'a1B2'.repeat(5)}\n`, 'a token of GitLab'],
  ['pay.rb', `Stripe.api_key = "sk_${'live'}_${'a1B2'.repeat(6)}"\n`, 'a key of Stripe'],
]

const harmless: readonly (readonly [string, string])[] = [
  ['.env', 'PORT=3000\nLOG_LEVEL=debug\nNEXT_PUBLIC_API_KEY=abcdef0123456789\n'],
  ['.env', 'API_KEY=\nDB_PASSWORD=${DB_PASSWORD}\nTOKEN=<your token>\n'],
  ['.env', 'DB_PASSWORD=changeme\nJWT_SECRET=xxxx\nAPI_TOKEN=your-token-here\n'],
  [
    '.env',
    'TOKEN_EXPIRES_IN=3600\nPASSWORD_MIN_LENGTH=12\nSECRET_FILE=/run/secrets/x\nAUTH_URL=https://a.example.com\n',
  ],
  ['.env', 'DB_PASSWORD_FILE=/run/secrets/db\nDB_PASSWORD=/run/secrets/db\n'],
  ['.env', '# DB_PASSWORD=hunter2\n'],
  ['.env', 'REQUIRE_PASSWORD=always\nPAD_TOKEN=[PAD]\nSORT_KEY=by-name\nVITE_API_TOKEN=abcdef0123456789\n'],
  ['.env', 'STRIPE_PUBLISHABLE_KEY=pk_live_abcdef0123456789\n'],
  ['.env.example', 'DB_PASSWORD=hunter2\n'],
  ['.env.sample', 'DB_PASSWORD=hunter2\n'],
  ['.npmrc', 'registry=https://registry.example.com/\nfund=false\n'],
  ['.npmrc', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n'],
  ['.npmrc', '//registry.npmjs.org/:_authToken=$NPM_TOKEN\n'],
  ['settings.xml', '<settings><server><password>${env.PASS}</password></server></settings>'],
  ['certs/ca.pem', key('CERTIFICATE')],
  ['id_rsa.pub', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ ci@example.com\n'],
  ['keys/public.pem', key('PUBLIC KEY')],
  ['src/pem.ts', "if (text.startsWith('-----BEGIN PRIVATE KEY-----')) parse(text)\n"],
  ['README.md', 'Paste it as\n-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n'],
  ['docs/aws.md', 'AKIAIOSFODNN7EXAMPLE\n'],
  ['README.md', `token: ghp_${'x'.repeat(36)}\n`],
  ['application.yml', 'spring:\n  datasource:\n    password: ${DB_PASSWORD}\n'],
  ['config/database.yml', "production:\n  password: <%= ENV['DB_PASSWORD'] %>\n"],
  ['firebase.ts', `const config = { apiKey: 'AIza${'a'.repeat(35)}', authDomain: 'x.firebaseapp.com' }\n`],
  ['node_modules/tls/test/key.pem', key('PRIVATE KEY')],
  ['config.json', '{"port": 3000, "auth": ""}'],
  ['kubeconfig.yaml', 'users:\n- user:\n    exec:\n      command: aws\n'],
  ['config/secrets.yml', 'production:\n  secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>\n'],
]

describe('files with credentials', () => {
  test.each(holding)('%s counts: %j', (path, content, what) => {
    expect(projectOf({ [path]: content }).secrets).toMatchObject([{ path, what, ignored: false }])
  })

  test.each(harmless)('%s does not count: %j', (path, content) => {
    expect(projectOf({ [path]: content }).secrets).toEqual([])
  })

  test('name the line of the credential and keep the value to themselves', () => {
    const { secrets } = projectOf({ '.env': 'A=1\n\nDB_PASSWORD=hunter2\n' })
    expect(secrets).toEqual([{ path: '.env', what: 'a credential', ignored: false, line: 3 }])
  })

  test('are told when the ignore file keeps them away, and a pattern for the root does not', () => {
    const { secrets } = projectOf({ '.dockerignore': '.env\n', '.env': 'TOKEN=abc1\n', 'config/.env': 'TOKEN=abc1\n' })
    expect(secrets.map(({ path, ignored }) => [path, ignored])).toEqual([
      ['.env', true],
      ['config/.env', false],
    ])
  })

  test('count by their name alone when their content is no text', () => {
    const { secrets } = projectOf({ 'app.jks': 2000, 'truststore.jks': 2000, 'debug.keystore': 2000, 'logo.png': 2000 })
    expect(secrets.map(({ path }) => path)).toEqual(['app.jks'])
  })
})
