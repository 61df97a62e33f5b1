import { progressFlag } from './build-flags.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'
import { registryFlags } from './registry-flags.ts'

const platformEnv = ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM']
const quiet: FlagSpec = { name: 'quiet', short: 'q', kind: 'bool', summary: 'Show nothing but the digest' }
const authfile: FlagSpec = {
  name: 'authfile',
  kind: 'string',
  value: 'FILE',
  summary: 'Where logins are kept, in place of the configuration of docker',
  env: ['REGISTRY_AUTH_FILE'],
  completes: 'file',
}

/** Commands that talk to registries. */
export const registryCommands: readonly CommandSpec[] = [
  {
    name: 'pull',
    group: 'Images',
    summary: 'Fetch an image from a registry',
    args: [{ name: 'IMAGE' }],
    flags: [
      {
        name: 'platform',
        kind: 'string',
        value: 'OS/ARCH',
        summary: 'Which platform of the image',
        env: platformEnv,
      },
      quiet,
      authfile,
      ...registryFlags,
      progressFlag,
    ],
    examples: [{ command: 'slipway pull debian:bookworm-slim', what: 'fetch it for this platform' }],
  },
  {
    name: 'push',
    group: 'Images',
    summary: 'Send an image to a registry',
    args: [{ name: 'IMAGE' }],
    flags: [quiet, authfile, ...registryFlags, progressFlag],
    examples: [{ command: 'slipway push 127.0.0.1:5000/app:1', what: 'send it where its name says' }],
  },
  {
    name: 'copy',
    group: 'Registries',
    summary: 'Copy an image between registries, archives, directories and the store',
    details: [
      'Places are written as skopeo writes them: docker://NAME, oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME], docker-archive:FILE[:NAME]; and store:NAME is the local store. A bare SOURCE is an image of the store if there is one, else one of its registry. A bare TARGET with a registry in its name is that registry, any other is the store.',
      'All platforms are copied unless --platform names some; a docker archive holds one, that of this machine unless --platform says otherwise. Manifests and blobs keep their digests. What the target has is not sent, and layers are taken over from other repositories of the same registry. The digest at the target goes to standard output.',
    ],
    args: [{ name: 'SOURCE' }, { name: 'TARGET' }],
    flags: [
      {
        name: 'platform',
        kind: 'list',
        csv: true,
        value: 'OS/ARCH',
        summary: 'Copy these platforms only; several get a new index',
      },
      { name: 'all', short: 'a', kind: 'bool', summary: 'Copy all platforms, as is done without --platform' },
      { name: 'preserve-digests', kind: 'bool', summary: 'Fail rather than have another digest at the target' },
      { name: 'quiet', short: 'q', kind: 'bool', summary: 'Show nothing but the digest' },
      authfile,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      {
        command: 'slipway copy debian:12 registry.example.com/mirror/debian:12',
        what: 'mirror an image with all its platforms',
      },
      { command: 'slipway copy docker://alpine:3 oci:layout:alpine', what: 'write an OCI layout' },
      { command: 'slipway copy app docker-archive:app.tar:app:1', what: 'an archive for docker load' },
    ],
  },
  {
    name: 'login',
    group: 'Registries',
    summary: 'Log in to a registry',
    details: [
      'The registry is asked whether it takes the user name and the password. They are kept where docker keeps them: by the credential helper that `credsStore` or `credHelpers` of its config.json names, else in that file. Without REGISTRY it is Docker Hub. What is not given is asked for, when there is a terminal.',
    ],
    args: [{ name: 'REGISTRY', optional: true }],
    flags: [
      { name: 'username', short: 'u', kind: 'string', value: 'USER', summary: 'User name' },
      {
        name: 'password',
        short: 'p',
        kind: 'string',
        value: 'PASSWORD',
        summary: 'Password; every program of this machine can see it, --password-stdin is safer',
      },
      { name: 'password-stdin', kind: 'bool', summary: 'Read the password from standard input' },
      authfile,
    ],
    examples: [
      {
        command: 'slipway login -u me --password-stdin registry.example.com <token.txt',
        what: 'log in without a terminal',
      },
    ],
  },
  {
    name: 'logout',
    group: 'Registries',
    summary: 'Forget the login for a registry',
    args: [{ name: 'REGISTRY', optional: true }],
    flags: [{ name: 'all', short: 'a', kind: 'bool', summary: 'Forget all logins' }, authfile],
    examples: [{ command: 'slipway logout registry.example.com', what: 'forget one login' }],
  },
]
