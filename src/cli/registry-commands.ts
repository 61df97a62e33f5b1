import { progressFlag } from './build-flags.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'
import { authfileFlag as authfile, registryFlags } from './registry-flags.ts'

const platforms: FlagSpec = {
  name: 'platform',
  kind: 'list',
  csv: true,
  value: 'OS/ARCH',
  summary: 'Which platforms',
  env: ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM'],
}
const contentTrust: FlagSpec = {
  name: 'disable-content-trust',
  kind: 'bool',
  summary: 'Accepted as docker does; signatures of Docker Content Trust are not looked at',
  hidden: true,
}
const quiet: FlagSpec = { name: 'quiet', short: 'q', kind: 'bool', summary: 'Show nothing but the digest' }

/** Commands that talk to registries. */
export const registryCommands: readonly CommandSpec[] = [
  {
    name: 'pull',
    group: 'Images',
    summary: 'Fetch an image from a registry',
    details: [
      'Without --platform it is the image for this machine. Several platforms, or all, are kept under the one name; they are unpacked when they are used.',
    ],
    args: [{ name: 'NAME[:TAG|@DIGEST]' }],
    flags: [
      { ...platforms, summary: 'Which platforms of the image' },
      { name: 'all-platforms', kind: 'bool', summary: 'Fetch all platforms' },
      { name: 'all-tags', short: 'a', kind: 'bool', summary: 'Fetch all tags of the repository' },
      quiet,
      authfile,
      ...registryFlags,
      contentTrust,
      progressFlag,
    ],
    examples: [
      { command: 'slipway pull debian:bookworm-slim', what: 'fetch it for this machine' },
      { command: 'slipway pull --platform linux/amd64,linux/arm64 alpine:3', what: 'fetch two platforms' },
    ],
  },
  {
    name: 'push',
    group: 'Images',
    summary: 'Send an image to a registry',
    details: [
      'A name with several platforms becomes an index there. What the registry has is not sent, and what it has in another repository is taken over from there.',
    ],
    args: [{ name: 'NAME[:TAG]' }],
    flags: [
      { ...platforms, summary: 'Send these platforms only', env: [] },
      { name: 'all-tags', short: 'a', kind: 'bool', summary: 'Send all tags that the store has of the repository' },
      quiet,
      authfile,
      ...registryFlags,
      contentTrust,
      progressFlag,
    ],
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
    name: 'manifest',
    group: 'Registries',
    summary: 'Make, show and change lists of images for several platforms',
    details: [
      '`manifest create NAME IMAGE...` makes an image index of the store from images of registries, files and the store, written as `slipway copy` takes them; layers are not downloaded. `manifest annotate NAME IMAGE|DIGEST` sets the platform or annotations of an entry, and without an entry annotations of the list. `manifest inspect NAME` prints a list of the store, or else a manifest or index of a registry. `manifest push NAME [TARGET]` sends the list with its images. `slipway rm` removes a list.',
    ],
    args: [{ name: 'create|annotate|inspect|push' }, { name: 'NAME' }, { name: 'IMAGE', optional: true, many: true }],
    flags: [
      { name: 'amend', short: 'a', kind: 'bool', summary: 'create: add to a list that is there' },
      { name: 'annotation', kind: 'pairs', value: 'KEY=VALUE', summary: 'create, annotate: set an annotation' },
      { name: 'os', kind: 'string', value: 'OS', summary: 'annotate: set the operating system' },
      { name: 'arch', kind: 'string', value: 'ARCH', summary: 'annotate: set the architecture' },
      { name: 'variant', kind: 'string', value: 'VARIANT', summary: 'annotate: set the variant of the architecture' },
      {
        name: 'os-version',
        kind: 'string',
        value: 'VERSION',
        summary: 'annotate: set the version of the operating system',
      },
      { name: 'raw', kind: 'bool', summary: 'inspect: print the bytes as they are' },
      { name: 'purge', short: 'p', kind: 'bool', summary: 'push: remove the list from the store afterwards' },
      { name: 'quiet', short: 'q', kind: 'bool', summary: 'push: show nothing but the digest' },
      authfile,
      ...registryFlags,
      progressFlag,
    ],
    examples: [
      {
        command: 'slipway manifest create registry.example.com/app:1 app:amd64 app:arm64',
        what: 'one name for two architectures',
      },
      { command: 'slipway manifest annotate registry.example.com/app:1 app:arm64 --variant v8', what: 'be exact' },
      { command: 'slipway manifest push registry.example.com/app:1', what: 'send all of it' },
      { command: 'slipway manifest inspect debian:12', what: 'which platforms are there' },
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
      ...registryFlags,
    ],
    examples: [
      {
        command: 'slipway login -u me --password-stdin registry.example.com < token.txt',
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
