import { describe, expect, it } from 'vitest'
import { historyOf, imageOf, planText, problemsOf, runsOf, type Setting } from './testing/plan-text.ts'

const rich: Setting = {
  images: {
    base: {
      author: 'someone',
      config: {
        Env: ['A=1', 'PATH=/x:/bin'],
        Labels: { x: 'y', base: 'yes' },
        User: 'nobody',
        WorkingDir: '/base/dir',
        ExposedPorts: { '1000/tcp': {} },
        Volumes: { '/basevol': {} },
        StopSignal: 'SIGINT',
        Shell: ['/bin/sh', '-ec'],
        Entrypoint: ['/ep'],
        Cmd: ['c1', 'c2'],
        ArgsEscaped: true,
        Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9, Retries: 2 },
      },
    },
  },
}

describe('image configuration', () => {
  it('of FROM scratch has a working directory and a PATH', () => {
    const { config, platform } = imageOf('FROM scratch\nLABEL a=b')
    expect(config).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: {
        WorkingDir: '/',
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
        Labels: { a: 'b' },
      },
    })
    expect(platform).toEqual({ os: 'linux', architecture: 'amd64' })
  })

  it('inherits everything of the base image but its triggers', () => {
    const setting = {
      images: { base: { ...rich.images?.base, config: { ...rich.images?.base?.config, OnBuild: ['ENV ONB=1'] } } },
    }
    const { config } = imageOf('FROM base\nLABEL x=z', setting)
    expect(config.author).toBe('someone')
    expect(config.config).toMatchObject({
      User: 'nobody',
      WorkingDir: '/base/dir',
      Labels: { base: 'yes', x: 'z' },
      Cmd: ['c1', 'c2'],
    })
    expect(config.config.OnBuild).toBeUndefined()
    expect(config.config.Env).toEqual(['A=1', 'PATH=/x:/bin', 'ONB=1'])
  })

  it('gets a PATH where the base has none', () => {
    const setting = { images: { base: { config: { Env: ['A=1'] } } } }
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    expect(imageOf('FROM base', setting).config.config.Env).toEqual(['A=1', path])
  })

  it('expands the values of one ENV before it sets any', () => {
    const { config } = imageOf(`FROM scratch\nENV a=1 b=$a c="x y" d='$a' e=\\$a\nENV a=2 b=$a $c=k`)
    expect(config.config.Env?.slice(1)).toEqual(['a=2', 'b=1', 'c=x y', 'd=$a', 'e=$a', 'x y=k'])
  })

  it('takes the rest of the line as the value of a legacy ENV and LABEL', () => {
    const text = 'FROM scratch\nENV a 1\nENV legacy some  "rest" of $a line\nLABEL old style label'
    const { config } = imageOf(text)
    expect(config.config.Env?.at(-1)).toBe('legacy=some  rest of 1 line')
    expect(config.config.Labels).toEqual({ old: 'style label' })
  })

  it('expands keys of labels, and the last value wins', () => {
    expect(imageOf('FROM scratch\nARG k=key\nLABEL $k=1 key=2 "a b"="c\\"d"').config.config.Labels).toEqual({
      key: '2',
      'a b': 'c"d',
    })
  })

  it('prefers --label to the labels of the file, on the target only', () => {
    const text = 'FROM scratch AS a\nLABEL x=file\nFROM a\nLABEL y=file'
    expect(imageOf(text, { labels: { x: 'cli', z: 'cli' } }).config.config.Labels).toEqual({
      x: 'cli',
      y: 'file',
      z: 'cli',
    })
  })

  it('lists every port of EXPOSE', () => {
    const image = imageOf('FROM scratch\nENV P="80 81"\nEXPOSE $P 443/TCP 9000-9002/udp 127.0.0.1:8080:90')
    expect(Object.keys(image.config.config.ExposedPorts ?? {}).sort()).toEqual(
      ['80/tcp', '81/tcp', '443/tcp', '9000/udp', '9001/udp', '9002/udp', '90/tcp'].sort(),
    )
  })

  it('drops an inherited CMD at ENTRYPOINT, unless the stage has set its own, in either order', () => {
    expect(imageOf('FROM base\nENTRYPOINT ["e"]', rich).config.config.Cmd).toBeUndefined()
    expect(imageOf('FROM base\nCMD ["m"]\nENTRYPOINT ["e"]', rich).config.config.Cmd).toEqual(['m'])
    expect(imageOf('FROM base\nENTRYPOINT ["e"]\nCMD ["m"]', rich).config.config.Cmd).toEqual(['m'])
    expect(imageOf('FROM scratch AS a\nCMD ["m"]\nFROM a\nENTRYPOINT ["e"]').config.config.Cmd).toBeUndefined()
  })

  it('puts shell forms behind the SHELL in force', () => {
    const text = 'FROM scratch\nCMD echo "a" $b\nSHELL ["/bin/bash", "-c"]\nENTRYPOINT run it'
    expect(imageOf(text).config.config).toMatchObject({
      Entrypoint: ['/bin/bash', '-c', 'run it'],
      Shell: ['/bin/bash', '-c'],
    })
    expect(historyOf(text)).toEqual([
      'CMD ["/bin/sh" "-c" "echo \\"a\\" $b"]',
      'SHELL [/bin/bash -c]',
      'ENTRYPOINT ["/bin/bash" "-c" "run it"]',
    ])
    expect(imageOf('FROM base\nCMD x', rich).config.config.Cmd).toEqual(['/bin/sh', '-ec', 'x'])
  })

  it('keeps only the options of HEALTHCHECK that are given', () => {
    const text =
      'FROM scratch\nHEALTHCHECK --interval=1m30s --timeout=0s --start-interval=100ms --retries=4 CMD curl -f x || exit 1'
    expect(imageOf(text).config.config.Healthcheck).toEqual({
      Test: ['CMD-SHELL', 'curl -f x || exit 1'],
      Interval: 90e9,
      StartInterval: 1e8,
      Retries: 4,
    })
    expect(imageOf('FROM base\nHEALTHCHECK NONE', rich).config.config.Healthcheck).toEqual({ Test: ['NONE'] })
    expect(imageOf('FROM base\nHEALTHCHECK CMD ["a","b"]', rich).config.config.Healthcheck).toEqual({
      Test: ['CMD', 'a', 'b'],
    })
  })

  it('stores triggers verbatim, heredocs included, without history', () => {
    const text = 'FROM scratch\nONBUILD RUN <<EOF\necho hi\nEOF\nONBUILD COPY a  /b\nonbuild   env X=1'
    expect(imageOf(text).config.config.OnBuild).toEqual(['RUN <<EOF\necho hi\nEOF', 'COPY a  /b', 'env X=1'])
    expect(historyOf(text)).toEqual([])
  })

  it('sets author, volumes, user and stop signal', () => {
    const text = `FROM scratch\nARG u=me\nMAINTAINER Me <$u>\nVOLUME /a $u\nVOLUME ["/c d"]\nUSER $u:grp\nSTOPSIGNAL 9`
    const { config } = imageOf(text)
    expect(config.author).toBe('Me <$u>')
    expect(config.config).toMatchObject({ Volumes: { '/a': {}, me: {}, '/c d': {} }, User: 'me:grp', StopSignal: '9' })
    expect(historyOf(text)).toEqual([
      'ARG u=me',
      'MAINTAINER Me <$u>',
      'VOLUME [/a me]',
      'VOLUME [/c d]',
      'USER me:grp',
      'STOPSIGNAL 9',
    ])
  })

  it.each([
    ['STOPSIGNAL NOPE', 'bad-option-value: invalid signal: "NOPE"'],
    [
      'EXPOSE 80${NONE:-90}',
      'ExposeLosesText: EXPOSE 80${NONE:-90} is read as 90: what stands before a default gets lost, as in BuildKit',
    ],
    ['EXPOSE 70000', 'bad-option-value: EXPOSE: invalid containerPort: 70000'],
    ['VOLUME $unset', 'bad-option-value: VOLUME specified can not be an empty string'],
    ['ENV A=${B:?missing}', 'bad-variable: failed to process "${B:?missing}": B: missing'],
  ])('reports %s', (instruction, problem) => {
    expect(problemsOf(`FROM scratch\n${instruction}`)).toEqual([problem])
  })

  it.each([
    ['COPY "my file" /', /^COPY is parted at blanks even inside quotes; .* COPY \["my file", "\/destination\/"\]$/],
    ['VOLUME "/my data"', /^VOLUME is parted .* VOLUME \["\/my data"\]$/],
    ['VOLUME ["/my\\"data"]', /^close it with "/],
    ['LABEL a="b', /^close it with "/],
    ['COPY ${a a /', /^close the reference with }/],
  ])('says for %s what to write instead', (instruction, hint) => {
    expect(planText(`FROM scratch\n${instruction}`).diagnostics[0]?.hint).toMatch(hint)
  })
})

describe('platform of an image', () => {
  it('is the one that was asked for, with the details of a base of the same kind', () => {
    const arm = { os: 'linux', architecture: 'arm', variant: 'v6' }
    expect(imageOf('FROM scratch', { platforms: [arm] }).config).toMatchObject({ architecture: 'arm', variant: 'v6' })
    expect(imageOf('FROM --platform=linux/arm64 base', rich).config.architecture).toBe('amd64')
  })

  it('is that of the base when none was asked for', () => {
    const setting = { images: { base: { architecture: 'arm64' } }, graph: { implicitPlatform: true } }
    expect(imageOf('FROM base', setting).config.architecture).toBe('arm64')
  })
})

describe('ARG and ENV', () => {
  const env = (text: string, setting: Setting = {}) =>
    runsOf(text, setting)
      .at(-1)
      ?.env.filter((pair) => !pair.startsWith('PATH='))

  it('order decides what RUN sees, and the image keeps the ENV', () => {
    const text = 'FROM base\nENV F=a\nARG F=b\nRUN x'
    expect(env(text)).toEqual(['F=b'])
    expect(imageOf(text).config.config.Env).toEqual(['PATH=/bin', 'F=a'])
    expect(env('FROM base\nARG F=b\nENV F=a\nRUN x')).toEqual(['F=a'])
  })

  it('takes --build-arg, then the default, then the global value, else leaves the name unset', () => {
    const text = 'ARG G=glob\nARG H=h\nFROM base\nARG G\nARG H=own\nARG C=def\nARG N\nARG E=\nRUN x'
    const setting = { graph: { buildArgs: { C: 'cli $G', N2: 'x' } } }
    expect(env(text, setting)).toEqual(['G=glob', 'H=own', 'C=cli $G', 'E='])
    expect(historyOf(text, setting).at(-1)).toBe('RUN |5 G=glob H=own C=cli $G N= E= /bin/sh -c x # buildkit')
  })

  it('does not bring a global ARG into a stage that does not declare it', () => {
    expect(env('ARG G=glob\nFROM base\nENV A=[$G]\nRUN x')).toEqual(['A=[]'])
  })

  it('expands a default only when it is used', () => {
    expect(problemsOf('FROM base\nARG Y=${X:?no}', { graph: { buildArgs: { Y: 'given' } } })).toEqual([])
    expect(problemsOf('FROM base\nARG Y=${X:?no}')).toEqual(['bad-variable: failed to process "${X:?no}": X: no'])
  })

  it('expands the pairs of one ARG one after the other', () => {
    expect(env('FROM base\nARG A=1 B=$A\nRUN x')).toEqual(['A=1', 'B=1'])
  })

  it('hands ARGs on to child stages, where the variables of the image are set anew', () => {
    const text = 'FROM base AS p\nARG A=1\nENV F=a\nARG F=b\nRUN p\nFROM p\nARG Z\nRUN c'
    expect(env(text)).toEqual(['A=1', 'F=a'])
    expect(historyOf(text).at(-1)).toBe('RUN |3 A=1 F=a Z= /bin/sh -c c # buildkit')
  })

  it('shows each ARG once in history, in the order of declaration, with the value that counts', () => {
    const text = 'FROM base\nARG A=1\nARG B=2\nARG A=3\nENV B=9\nRUN ["x","y z"]'
    expect(historyOf(text).at(-1)).toBe('RUN |2 A=3 B=9 x y z # buildkit')
  })

  it('keeps proxies out of steps and history until an ARG names them', () => {
    const setting = { graph: { buildArgs: { HTTP_PROXY: 'http://p' } } }
    expect(env('FROM base\nRUN x', setting)).toEqual([])
    expect(historyOf('FROM base\nRUN x', setting).at(-1)).toBe('RUN /bin/sh -c x # buildkit')
    expect(env('FROM base\nARG HTTP_PROXY\nRUN x', setting)).toEqual(['HTTP_PROXY=http://p'])
  })

  it('offers platform arguments to stages that declare them, and lets --build-arg replace them', () => {
    const text = 'FROM base AS fin\nARG TARGETPLATFORM TARGETVARIANT\nARG BUILDOS TARGETSTAGE\nRUN x'
    expect(env(text, { graph: { buildArgs: { BUILDOS: 'other' } } })).toEqual([
      'TARGETPLATFORM=linux/amd64',
      'TARGETVARIANT=',
      'BUILDOS=other',
      'TARGETSTAGE=fin',
    ])
  })

  it('keeps scanner switches out of the environment', () => {
    expect(env('FROM base\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN x')).toEqual([])
  })

  it('dates history by SOURCE_DATE_EPOCH and hands the number to plan and stages', () => {
    const setting = { graph: { buildArgs: { SOURCE_DATE_EPOCH: '1700000000' } } }
    const image = imageOf('FROM base\nARG SOURCE_DATE_EPOCH\nENV A=1', setting)
    expect(image.history.slice(1).map((entry) => entry.created)).toEqual([
      '2023-11-14T22:13:20.000Z',
      '2023-11-14T22:13:20.000Z',
    ])
    expect(env('FROM base\nARG SOURCE_DATE_EPOCH\nRUN x', setting)).toEqual(['SOURCE_DATE_EPOCH=1700000000'])
    expect(
      env('FROM base\nARG SOURCE_DATE_EPOCH\nRUN x', { graph: { buildArgs: { SOURCE_DATE_EPOCH: 'context' } } }),
    ).toEqual([])
  })
})
