import { alpine } from './alpine.ts'
import { debian, ubuntu, withCertificates } from './debian.ts'
import { type Additions, grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, type ImageName, official } from './image-family.ts'
import { type ImageTag, readImageTag, says } from './image-tag.ts'
import { buildpackDeps } from './buildpack-deps.ts'
import { bottomOf, language, shapeOf, uncertain } from './platforms.ts'
import { pythonImage } from './python.ts'
import { rust } from './rust.ts'

/** Images of projects that publish below their own names: deno, bun, uv, conda, CUDA, browsers. */
export const tools: readonly ImageFamily[] = [
  official(['gcc'], (tag) =>
    grown(bottomOf(tag, 'gcc'), { ...language('c', 'sdk', tag.version), programs: 'gfortran gcc-ar', unsure: 'flex' }),
  ),
  named(/denoland\/deno$/, deno),
  named(/oven\/bun$/, bun),
  named(/astral(?:-sh)?\/uv$/, uv),
  named(
    /tiangolo\/(?:uvicorn-gunicorn(?:-fastapi|-starlette)?|meinheld-gunicorn(?:-flask)?|uwsgi-nginx(?:-flask)?)$/,
    tiangolo,
  ),
  named(/lukemathwalker\/cargo-chef$/, (tag) =>
    rust.facts(readImageTag(tag.text.replace(/^.*?rust-/, '')), { registry: 'docker.io', repository: 'library/rust' }),
  ),
  named(/tonistiigi\/xx$/, () =>
    grown(
      {},
      {
        hasShell: false,
        packageManager: 'none',
        libc: 'none',
        user: '0',
        accounts: '',
        variant: 'static',
        hasCertificates: false,
        hasCompiler: false,
        complete: 'all',
      },
    ),
  ),
  named(/continuumio\/(?:miniconda3|anaconda3)$/, conda),
  named(/condaforge\/(?:miniforge3|mambaforge)$/, forge),
  named(/mambaorg\/micromamba$/, micromamba),
  named(/nvidia\/cuda$/, cuda),
  named(/pytorch\/pytorch$/, pytorch),
  named(/tensorflow\/tensorflow$/, (tag) =>
    open(ubuntu(undefined), {
      ...language('python', 'runtime', undefined),
      programs: 'python3 pip pip3 python',
      ...(says(tag, 'jupyter') ? { startsService: true } : {}),
    }),
  ),
  named(/jupyter\/[a-z-]+-(?:notebook|foundation)$/, jupyter),
  named(/selenium\/(?:standalone|node|hub)[a-z-]*$/, () =>
    open(ubuntu(undefined), {
      user: '1200',
      accounts: 'seluser',
      startsService: true,
      programs: 'java supervisord curl wget',
    }),
  ),
  {
    matches: ({ registry, repository }) => registry === 'mcr.microsoft.com' && /^playwright(\/|$)/.test(repository),
    facts: playwright,
  },
  named(/(?:^|\/)(?:lambda\/|aws-lambda-)(nodejs|python|java|dotnet|ruby|go|provided)$/, lambda),
  named(/^(?:bitnami|bitnamilegacy|bitnamisecure)\/[a-z0-9-]+$/, bitnami),
]

function named(pattern: RegExp, facts: (tag: ImageTag, name: ImageName) => ImageFacts | undefined): ImageFamily {
  return { matches: ({ repository }) => pattern.test(repository), facts }
}

/** Of these, what else they hold is not counted. */
function open(bottom: ImageFacts, additions: Additions): ImageFacts {
  return grown(uncertain(bottom, 'complete', 'hasCertificates'), additions)
}

/** github.com/denoland/deno_docker: tini is at /tini, off the path; the account `deno` is there, root is used. */
function deno(tag: ImageTag): ImageFacts {
  const common = {
    ...language('deno', 'runtime', tag.version),
    env: { DENO_DIR: '/deno-dir/', DENO_INSTALL_ROOT: '/usr/local' },
  }
  if (says(tag, 'bin'))
    return grown({}, { hasShell: false, packageManager: 'none', complete: 'all', variant: 'static', user: '0' })
  if (says(tag, 'distroless')) {
    return grown(
      {},
      {
        ...common,
        distribution: 'distroless',
        libc: 'glibc',
        hasShell: false,
        packageManager: 'none',
        hasCertificates: true,
        variant: 'distroless',
        programs: 'deno',
      },
    )
  }
  // The Alpine one carries glibc beside musl.
  if (shapeOf(tag) === 'alpine')
    return grown(alpine(undefined), {
      ...common,
      programs: 'deno',
      accounts: 'deno',
      unsure: 'libc libm libdl libpthread libgcc_s libstdc++',
    })
  const bottom = says(tag, 'ubuntu') ? ubuntu(undefined) : debian(undefined)
  return grown(bottom, { ...common, programs: 'deno', accounts: 'deno', variant: 'slim' })
}

/** oven/bun: certificates in its slim variant came late; the account `bun` (1000) is there, root is used. */
function bun(tag: ImageTag): ImageFacts {
  const additions: Additions = {
    ...language('bun', 'runtime', tag.version),
    programs: 'bun bunx',
    // `node` is bun under another name, at the end of the path.
    unsure: 'node openssl update-ca-certificates libssl libcrypto',
    accounts: 'bun',
    workdir: '/home/bun/app',
  }
  if (says(tag, 'distroless')) {
    return grown(
      {},
      {
        ...additions,
        distribution: 'distroless',
        libc: 'glibc',
        hasShell: false,
        packageManager: 'none',
        hasCertificates: true,
        variant: 'distroless',
        accounts: 'root nobody nonroot',
      },
    )
  }
  if (shapeOf(tag) === 'alpine')
    return grown(alpine(undefined), { ...additions, libraries: 'libgcc_s.so.1 libstdc++.so.6' })
  const { text } = tag
  const slim = says(tag, 'slim')
  const smallerTag = text === '' || text === 'latest' ? 'slim' : says(tag, 'debian') ? undefined : `${text}-slim`
  const facts = grown(uncertain(debian(undefined), 'hasCertificates'), {
    ...additions,
    variant: slim ? 'slim' : 'full',
  })
  return slim || smallerTag === undefined ? facts : grown(facts, { smallerTag })
}

/** ghcr.io/astral-sh/uv: two programs and nothing else, or one of the images of Python, Debian and Alpine with them. */
function uv(tag: ImageTag): ImageFacts {
  const text = tag.text.replace(/^\d+\.\d+(?:\.\d+)?-?/, '')
  const rest = readImageTag(text)
  if (text === '' || text === 'latest') {
    return grown(
      {},
      {
        hasShell: false,
        packageManager: 'none',
        complete: 'all',
        programs: 'uv uvx',
        variant: 'static',
        user: '0',
        hasCertificates: false,
        hasCompiler: false,
        accounts: '',
      },
    )
  }
  const version = /^python(\d+(?:\.\d+)*)/.exec(text)?.[1]
  const plain = readImageTag(text.replace(/^python/, ''))
  const bottom = version === undefined ? uvBottom(rest) : uncertain(pythonImage({ ...plain, version }), 'smallerTag')
  return grown(bottom, { programs: 'uv uvx' })
}

function uvBottom(tag: ImageTag): ImageFacts {
  if (shapeOf(tag) === 'alpine') return alpine(tag.platform?.release)
  const release = tag.platform?.release
  return says(tag, 'slim') ? grown(debian(release), { variant: 'slim' }) : buildpackDeps('debian', release, 'all')
}

/** Python's images with a server on top. */
function tiangolo(tag: ImageTag): ImageFacts {
  const version = /^python(\d+(?:\.\d+)*)/.exec(tag.text)?.[1]
  const plain = readImageTag(tag.text.replace(/^python/, ''))
  const facts = uncertain(
    pythonImage({ ...plain, ...(version === undefined ? {} : { version }) }),
    'complete',
    'release',
    'smallerTag',
  )
  return grown(facts, { startsService: true, workdir: '/app', programs: 'gunicorn', env: { PYTHONPATH: '/app' } })
}

function conda(tag: ImageTag): ImageFacts {
  return open(withCertificates(debian(tag.platform?.release)), {
    ...language('python', 'runtime', undefined),
    hasCertificates: true,
    programs: 'conda python python3 pip pip3 git hg ssh scp svn wget bzip2 ps',
    env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  })
}

function forge(): ImageFacts {
  return open(ubuntu(undefined), {
    ...language('python', 'runtime', undefined),
    programs: 'conda mamba python python3 pip git wget bzip2 tini',
    hasCertificates: true,
  })
}

/** github.com/mamba-org/micromamba-docker: 57439 runs it, in /tmp. */
function micromamba(tag: ImageTag): ImageFacts {
  const bottom =
    shapeOf(tag) === 'alpine'
      ? alpine(undefined)
      : says(tag, 'jammy', 'noble', 'focal')
        ? ubuntu(tag.platform?.release)
        : debian(tag.platform?.release)
  return grown(bottom, {
    programs: 'micromamba bash',
    accounts: 'mambauser',
    user: 'mambauser',
    workdir: '/tmp',
    hasCertificates: true,
  })
}

/** nvidia/cuda: `devel` has the compilers, `runtime` and `base` less. */
function cuda(tag: ImageTag): ImageFacts {
  const devel = says(tag, 'devel')
  const bottom = tag.platform?.name === 'ubuntu' ? ubuntu(tag.platform.release) : {}
  return open(bottom, {
    variant: devel ? 'full' : 'slim',
    ...(devel
      ? { hasCompiler: true, programs: 'nvcc', smallerTag: tag.text.replace('devel', 'runtime') }
      : { hasCompiler: false }),
  })
}

function pytorch(tag: ImageTag): ImageFacts {
  const devel = says(tag, 'devel')
  return open(ubuntu(undefined), {
    ...language('python', 'runtime', undefined),
    programs: `python python3 pip ${devel ? 'gcc g++ make nvcc' : ''}`,
    hasCertificates: true,
    workdir: '/workspace',
    variant: devel ? 'full' : 'slim',
    hasCompiler: devel,
    ...(devel ? { smallerTag: tag.text.replace('devel', 'runtime') } : {}),
  })
}

/** github.com/jupyter/docker-stacks: `jovyan` (1000) runs it. */
function jupyter(): ImageFacts {
  return open(ubuntu(undefined), {
    ...language('python', 'runtime', undefined),
    programs: 'python python3 pip mamba conda tini wget sudo bzip2',
    hasCertificates: true,
    user: '1000',
    accounts: 'jovyan',
    workdir: '/home/jovyan',
    startsService: true,
  })
}

function playwright(tag: ImageTag, { repository }: ImageName): ImageFacts {
  const [, spoken = 'node'] = repository.split('/')
  const name = spoken === 'python' || spoken === 'java' || spoken === 'dotnet' ? spoken : 'node'
  const bottom = ubuntu(tag.platform?.release)
  return open(bottom, {
    ...language(name, name === 'dotnet' ? 'sdk' : 'runtime', undefined),
    programs: { node: 'node npm npx git curl wget', python: 'python3 pip curl', java: 'java mvn', dotnet: 'dotnet' }[
      name
    ],
    accounts: 'pwuser',
    hasCertificates: true,
  })
}

/** AWS Lambda's images: the platform chooses the user and calls the handler. */
function lambda(tag: ImageTag, { repository }: ImageName): ImageFacts {
  const name = /[a-z]+$/.exec(repository)?.[0] ?? ''
  const spoken = (
    { nodejs: 'node', python: 'python', java: 'java', dotnet: 'dotnet', ruby: 'ruby', go: 'go' } as const
  )[name]
  return grown(
    {},
    {
      ...(spoken === undefined ? {} : language(spoken, 'runtime', tag.version)),
      distribution: 'amazon',
      libc: 'glibc',
      hasShell: true,
      packageManager: 'dnf',
      hasCertificates: true,
      programs:
        { nodejs: 'sh bash node npm npx', python: 'sh bash python3 pip', java: 'sh bash java' }[name] ?? 'sh bash',
      startsService: name !== 'provided',
      workdir: '/var/task',
      env: { LAMBDA_TASK_ROOT: '/var/task' },
    },
  )
}

const bitnamiLanguages = /\/(?:node|python|java|golang|ruby|php-fpm|minideb|dotnet-sdk|dotnet)(?:-min)?$/

/** Bitnami's: 1001 runs the servers; nobody is set for the languages. */
function bitnami(_: ImageTag, { repository }: ImageName): ImageFacts {
  const common = { libc: 'glibc', hasShell: true, programs: 'sh bash' } as const
  return bitnamiLanguages.test(repository)
    ? grown({}, common)
    : grown({}, { ...common, user: '1001', startsService: true })
}
