import { alpine } from './alpine.ts'
import { buildpackDeps } from './buildpack-deps.ts'
import { grown, type ImageFacts } from './image-facts.ts'
import { official } from './image-family.ts'
import type { ImageTag } from './image-tag.ts'
import { debianOf, language, shapeOf, versionVariable } from './platforms.ts'

/** `golang` (github.com/docker-library/golang): git, gcc and make on Debian; on Alpine none of them. */
export const golang = official(['golang'], (tag) =>
  grown(bottom(tag), {
    ...language('go', 'sdk', tag.version),
    programs: 'go gofmt',
    workdir: '/go',
    env: { ...versionVariable('GOLANG_VERSION', tag.version), GOTOOLCHAIN: 'local', GOPATH: '/go' },
  }),
)

function bottom(tag: ImageTag): ImageFacts {
  if (shapeOf(tag) === 'alpine') return grown(alpine(tag.platform?.release), { programs: 'update-ca-certificates' })
  return grown(buildpackDeps('debian', debianOf(tag, 'golang'), 'scm'), {
    programs: 'gcc g++ cc c++ cpp make ld ar as nm strip objcopy objdump readelf pkg-config pkgconf',
    libraries: 'libgomp.so.1 libatomic.so.1 libquadmath.so.0 libgmp.so.10 libmpfr.so.6',
    hasCompiler: true,
    variant: 'full',
  })
}
