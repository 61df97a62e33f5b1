import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'
import type { Pipeline, PipelineBuild } from '../project.ts'

const read = (path: string, text: string, more: Record<string, string> = {}): Pipeline => {
  const found = projectOf({ [path]: text, ...more }).pipelines.find((each) => each.path === path)
  if (found === undefined) throw new Error(`${path} was not read`)
  return found
}
const github = (steps: string, more: Record<string, string> = {}): Pipeline =>
  read(
    '.github/workflows/ci.yml',
    `on: push\nenv:\n  IMAGE: r.example.com/svc\njobs:\n  a:\n    steps:\n${steps.replace(/^/gm, '      ')}\n`,
    more,
  )
const gitlab = (...commands: readonly string[]): Pipeline =>
  read('.gitlab-ci.yml', `build:\n  script:\n${commands.map((command) => `    - ${command}\n`).join('')}`)
const brief = (build: PipelineBuild | undefined) => {
  const { span: _, buildArgs, ...rest } = build ?? ({} as PipelineBuild)
  return { ...rest, buildArgs: buildArgs?.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)) }
}
const textOf = ({ source }: Pipeline, { span }: { span: { start: number; end: number } }): string =>
  source.text.slice(span.start, span.end)

describe('builds on a command line', () => {
  test.each([
    ['docker build .', { context: '.' }],
    [
      'docker build -t a:1 -t b:1 -f docker/Dockerfile --target release app',
      { context: 'app', dockerfile: 'docker/Dockerfile', target: 'release', tags: ['a:1', 'b:1'] },
    ],
    [
      'docker image build --tag=a:1 --file=D --target=x .',
      { context: '.', dockerfile: 'D', target: 'x', tags: ['a:1'] },
    ],
    [
      'docker buildx build --platform linux/amd64,linux/arm64 --push -t a:1 .',
      { context: '.', platforms: ['linux/amd64', 'linux/arm64'], pushed: true, tags: ['a:1'] },
    ],
    ['docker buildx build --output type=registry -t a:1 .', { context: '.', pushed: true, tags: ['a:1'] }],
    ['docker buildx build -o type=image,push=true -t a:1 .', { context: '.', pushed: true, tags: ['a:1'] }],
    ['docker buildx build --load -t a:1 .', { context: '.', tags: ['a:1'] }],
    ['DOCKER_BUILDKIT=1 docker --context x build --no-cache -q .', { context: '.' }],
    [
      'docker build --build-arg A=1 --build-arg=B="two words" --build-arg C .',
      { context: '.', buildArgs: ['A=1', 'B=two words', 'C'] },
    ],
    ['docker build --secret id=npm,src=.npmrc --secret=id=b,env=B .', { context: '.', secrets: ['npm', 'b'] }],
    ['podman build -t a:1 .', { context: '.', tags: ['a:1'] }],
    ['buildah bud -t a:1 .', { context: '.', tags: ['a:1'] }],
    ['cd app && sudo docker build .', { context: '.' }],
    [
      '/kaniko/executor --context dir://. --dockerfile D --destination a:1 --build-arg A=1',
      { context: '.', dockerfile: 'D', tags: ['a:1'], pushed: true, buildArgs: ['A=1'] },
    ],
    ['/kaniko/executor --no-push --destination a:1', { tags: ['a:1'] }],
  ])('%s', (command, wanted) => {
    const { builds } = gitlab(command)
    expect(builds.map(brief)).toEqual([
      { pushed: false, tags: [], buildArgs: [], secrets: [], platforms: [], ...wanted },
    ])
  })

  test.each([
    'docker run x build .',
    'echo docker build .',
    '# docker build .',
    'docker buildx create --use',
    'npm run build',
  ])('none: %s', (command) => {
    expect(gitlab(`|\n      ${command}`).builds).toEqual([])
  })

  test('know their place in the file, in blocks and folded texts, too', () => {
    const pipeline = github(
      '- run: |\n    set -e\n    docker build \\\n      --build-arg TOKEN=${{ secrets.TOKEN }} \\\n      .\n- run: >\n    docker build\n    --build-arg A=1\n    -t x .\n',
    )
    expect(pipeline.builds.map((build) => textOf(pipeline, build))).toEqual([
      'docker build \\\n            --build-arg TOKEN=${{ secrets.TOKEN }} \\\n            .',
      'docker build\n          --build-arg A=1\n          -t x .',
    ])
    const args = pipeline.builds.flatMap(({ buildArgs }) => buildArgs)
    expect(args.map(({ name, value }) => [name, value])).toEqual([
      ['TOKEN', '${{ secrets.TOKEN }}'],
      ['A', '1'],
    ])
    expect(args.map((each) => textOf(pipeline, each))).toEqual([
      '--build-arg TOKEN=${{ secrets.TOKEN }}',
      '--build-arg A=1',
    ])
  })
})

describe('what is sent', () => {
  test.each([
    [['docker build -t a:1 .', 'docker push a:1'], [true]],
    [['docker build -t "$IMAGE:$SHA" .', 'docker push $IMAGE:$SHA'], [true]],
    [
      [
        'docker build -t t:1 .',
        'docker build -t a:1 .',
        'docker tag a:1 r.example.com/b:1',
        'docker push r.example.com/b:1',
      ],
      [false, true],
    ],
    [
      ['docker build --target test -t a:test .', 'docker build -t a:1 .', 'docker push a:1'],
      [false, true],
    ],
    [
      ['docker build --target test -t t .', 'docker build -t a:1 -t a:2 .', 'docker push --all-tags a'],
      [false, true],
    ],
    [['docker build -t a:1 .', 'docker push r.example.com/other'], [true]],
    [
      ['docker build -t a .', 'docker build -t b .', 'docker push c'],
      [false, false],
    ],
    [['docker build -t a .'], [false]],
  ])('%j', (commands, pushed) => {
    expect(gitlab(...commands).builds.map((build) => build.pushed)).toEqual(pushed)
  })

  test.each([
    ['docker push a:1', 'a:1'],
    ['podman push a:1 docker://r.example.com/a:1', 'r.example.com/a:1'],
    ['crane push out.tar r.example.com/a:1', 'r.example.com/a:1'],
    ['skopeo copy oci:out docker://r.example.com/a:1', 'r.example.com/a:1'],
    ['docker compose push', undefined],
    ['docker buildx bake --push', undefined],
    ['docker buildx build --push -t a:1 .', 'a:1'],
  ])('%s', (command, image) => {
    expect(gitlab(command).pushes.map((each) => each.image)).toEqual([image])
  })
})

describe('scans', () => {
  test.each([
    ['trivy image a:1', 'trivy', false],
    ['trivy image --exit-code 1 a:1', 'trivy', true],
    ['trivy --exit-code=1 image a:1', 'trivy', true],
    ['trivy image --exit-code 0 a:1', 'trivy', false],
    ['trivy image --exit-code 1 a:1 || true', 'trivy', false],
    ['grype a:1 --fail-on high', 'grype', true],
    ['grype a:1', 'grype', false],
    ['snyk container test a:1', 'snyk', true],
    ['docker scout cves --exit-code a:1', 'docker scout', true],
    ['docker scout quickview a:1', 'docker scout', false],
    ['docker scan a:1', 'docker scan', true],
    ['slipway scan a:1', 'slipway scan', true],
    ['docker run --rm -v /var/run/docker.sock:/s aquasec/trivy:0.58.0 image --exit-code 1 a:1', 'trivy', true],
    ['docker run --rm anchore/grype a:1', 'grype', false],
    ['make scan', 'make scan', true],
    ['./ci/scan-image.sh a:1', 'scan-image.sh', true],
  ])('%s', (command, tool, gates) => {
    expect(gitlab(command).scans.map((scan) => [scan.tool, scan.gates])).toEqual([[tool, gates]])
  })

  test.each([
    'echo "remember to scan with trivy"',
    'trivy fs --exit-code 1 .',
    'trivy config .',
    'grype dir:.',
    'snyk test',
    'npm audit',
    'docker pull aquasec/trivy',
    'trivy --version',
  ])('none: %s', (command) => {
    expect(gitlab(command).scans).toEqual([])
  })

  test.each([
    ['- uses: aquasecurity/trivy-action@0.28.0\n  with:\n    image-ref: a:1\n    exit-code: "1"', [['trivy', true]]],
    ['- uses: aquasecurity/trivy-action@0.28.0\n  with:\n    image-ref: a:1', [['trivy', false]]],
    ['- uses: aquasecurity/trivy-action@0.28.0\n  with:\n    scan-type: fs', []],
    ['- uses: aquasecurity/setup-trivy@v0.2.0', []],
    ['- uses: anchore/scan-action@v6\n  with:\n    image: a:1', [['grype', true]]],
    ['- uses: anchore/scan-action@v6\n  with:\n    image: a:1\n    fail-build: false', [['grype', false]]],
    ['- uses: anchore/scan-action@v6\n  continue-on-error: true\n  with:\n    image: a:1', [['grype', false]]],
    ['- uses: anchore/scan-action@v6\n  with:\n    path: .', []],
    ['- uses: snyk/actions/docker@master\n  with:\n    image: a:1', [['snyk', true]]],
    ['- uses: docker/scout-action@v1\n  with:\n    command: cves\n    exit-code: true', [['docker scout', true]]],
    ['- uses: actions/checkout@v4', []],
  ])('steps of others: %j', (steps, scans) => {
    expect(github(steps).scans.map(({ tool, gates }) => [tool, gates])).toEqual(scans)
  })

  test('count in actions of the repository', () => {
    const action = 'runs:\n  using: composite\n  steps:\n    - run: trivy image --exit-code 1 a:1\n      shell: bash\n'
    const pipeline = github('- uses: ./.github/actions/scan', { '.github/actions/scan/action.yml': action })
    expect(pipeline.scans.map((scan) => [scan.tool, textOf(pipeline, scan)])).toEqual([
      ['trivy', './.github/actions/scan'],
    ])
  })
})

describe('judgements of size', () => {
  test.each([
    ['CI=true dive a:1', 'dive'],
    ['dive --ci a:1', 'dive'],
    ['docker run --rm -e CI=true wagoodman/dive:latest a:1', 'dive'],
    ['test $(docker image inspect a:1 --format "{{.Size}}") -lt 200000000', 'docker inspect'],
  ])('%s', (command, tool) => {
    expect(gitlab(command).budgets.map((budget) => budget.tool)).toEqual([tool])
  })

  test.each(['dive a:1', 'docker image inspect a:1', 'docker images'])('none: %s', (command) => {
    expect(gitlab(command).budgets).toEqual([])
  })
})

describe('the action that builds', () => {
  test('is read with its inputs', () => {
    const pipeline = github(
      "- uses: docker/build-push-action@v6\n  with:\n    context: app\n    file: app/Dockerfile\n    target: release\n    push: ${{ github.event_name != 'pull_request' }}\n    platforms: linux/amd64,linux/arm64\n    tags: |\n      r.example.com/svc:1\n      r.example.com/svc:2\n    build-args: |\n      PIP_TOKEN=${{ secrets.PIP_TOKEN }}\n      NAME=svc\n    secrets: |\n      netrc=${{ secrets.NETRC }}",
    )
    expect(pipeline.builds.map(brief)).toEqual([
      {
        context: 'app',
        dockerfile: 'app/Dockerfile',
        target: 'release',
        pushed: true,
        platforms: ['linux/amd64', 'linux/arm64'],
        tags: ['r.example.com/svc:1', 'r.example.com/svc:2'],
        buildArgs: ['PIP_TOKEN=${{ secrets.PIP_TOKEN }}', 'NAME=svc'],
        secrets: ['netrc'],
      },
    ])
    expect(pipeline.builds[0]?.buildArgs.map((each) => textOf(pipeline, each))).toEqual([
      'PIP_TOKEN=${{ secrets.PIP_TOKEN }}',
      'NAME=svc',
    ])
    expect(pipeline.pushes).toMatchObject([{ image: 'r.example.com/svc:1' }])
  })

  test.each([
    ['push: false', false],
    ['load: true', false],
    ['push: true', true],
    ['outputs: type=registry', true],
    ['outputs: type=image,push=true', true],
  ])('sends with %s: %s', (input, pushed) => {
    expect(
      github(`- uses: docker/build-push-action@v6\n  with:\n    ${input}`).builds.map((build) => build.pushed),
    ).toEqual([pushed])
  })

  test('sends what a later step pushes', () => {
    const steps =
      '- uses: docker/build-push-action@v6\n  with:\n    load: true\n    tags: ${{ env.IMAGE }}:1\n- run: docker push ${{ env.IMAGE }}:1'
    expect(github(steps).builds.map((build) => build.pushed)).toEqual([true])
  })
})

const commands = 'docker build --target x -t a:1 .\n'
describe('pipelines of', () => {
  test.each<readonly [Pipeline['system'], string, string]>([
    [
      'circleci',
      '.circleci/config.yml',
      'jobs:\n  b:\n    steps:\n      - checkout\n      - run: docker build --target x -t a:1 .\n      - run:\n          name: push\n          command: docker push a:1\n',
    ],
    [
      'azure',
      'azure-pipelines.yml',
      'steps:\n  - script: docker build --target x -t a:1 .\n  - task: Bash@3\n    inputs:\n      script: docker push a:1\n',
    ],
    [
      'azure',
      '.azure-pipelines/build.yml',
      'steps:\n  - task: Docker@2\n    inputs:\n      command: build\n      repository: a\n      arguments: --target x\n  - task: Docker@2\n    inputs:\n      command: push\n      repository: a\n',
    ],
    [
      'bitbucket',
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n    - step:\n        script:\n          - docker build --target x -t a:1 .\n          - docker push a:1\n',
    ],
    [
      'drone',
      '.drone.yml',
      'kind: pipeline\nsteps:\n  - name: b\n    image: plugins/docker\n    settings:\n      repo: a\n      target: x\n',
    ],
    [
      'drone',
      '.woodpecker.yml',
      'steps:\n  b:\n    image: docker\n    commands:\n      - docker build --target x -t a:1 .\n      - docker push a:1\n',
    ],
    [
      'buildkite',
      '.buildkite/pipeline.yml',
      'steps:\n  - command: docker build --target x -t a:1 .\n  - commands:\n      - docker push a:1\n',
    ],
    ['travis', '.travis.yml', 'script:\n  - docker build --target x -t a:1 .\nafter_success: docker push a:1\n'],
    [
      'gitlab',
      '.gitlab-ci.yml',
      '.base: &base\n  script:\n    - docker build --target x -t a:1 .\npush:\n  <<: *base\n  after_script:\n    - docker push a:1\n',
    ],
    [
      'github',
      '.github/workflows/x.yaml',
      'jobs:\n  a:\n    steps:\n      - run: docker build --target x -t a:1 .\n      - run: docker push a:1\n',
    ],
    [
      'jenkins',
      'Jenkinsfile',
      'pipeline { stages { stage(\'b\') { steps {\n  // sh \'docker push b\'\n  sh \'docker build --target x -t a:1 .\'\n  sh """\n    docker push a:1\n  """\n} } } }\n',
    ],
    [
      'jenkins',
      'Jenkinsfile',
      'node {\n  def image = docker.build("a:${env.BUILD_ID}", \'--target x .\')\n  image.push()\n}\n',
    ],
    [
      'jenkins',
      'ci/Jenkinsfile',
      'node { sh(script: "docker build --target x -t a:${env.TAG} .", returnStdout: true)\n sh label: \'push\', script: "docker push a:${env.TAG}" }\n',
    ],
  ])('%s (%s) build and send', (system, path, text) => {
    const pipeline = read(path, text)
    expect(pipeline.system).toBe(system)
    expect(pipeline.builds.map(({ target, pushed }) => [target, pushed])).toEqual([['x', true]])
    expect(pipeline.pushes).toHaveLength(1)
  })

  test('GitLab include its own scan', () => {
    const text = `include:\n  - template: Jobs/Container-Scanning.gitlab-ci.yml\nb:\n  script: |\n    ${commands}`
    expect(read('.gitlab-ci.yml', text).scans).toMatchObject([{ tool: 'container scanning', gates: false }])
  })

  test('GitLab let a job fail', () => {
    const text = 's:\n  allow_failure: true\n  script:\n    - trivy image --exit-code 1 a\n'
    expect(read('.gitlab-ci.yml', text).scans).toMatchObject([{ tool: 'trivy', gates: false }])
  })

  test('Bitbucket and CircleCI scan by pipes and orbs', () => {
    expect(
      read(
        'bitbucket-pipelines.yml',
        'pipelines:\n  default:\n    - step:\n        script:\n          - pipe: aquasecurity/trivy-pipe:1.0.0\n            variables:\n              image: a\n',
      ).scans,
    ).toMatchObject([{ tool: 'trivy' }])
    const circle =
      'jobs:\n  b:\n    steps:\n      - docker/publish:\n          image: org/a\n          extra_build_args: --build-arg TOKEN=$TOKEN\n      - snyk/scan:\n          docker-image-name: org/a\n'
    const pipeline = read('.circleci/config.yml', circle)
    expect(pipeline.builds.map(brief)).toMatchObject([{ tags: ['org/a'], pushed: true, buildArgs: ['TOKEN=$TOKEN'] }])
    expect(pipeline.scans).toMatchObject([{ tool: 'snyk', gates: true }])
  })

  test.each(['jobs: [', '\t- x', 'a: b: c', '', '{{ x }}'])('nobody, when they are broken: %j', (text) => {
    expect(
      projectOf({ '.gitlab-ci.yml': text, '.github/workflows/x.yml': text }).pipelines.flatMap(({ builds }) => builds),
    ).toEqual([])
  })
})
