import { alpineCpp } from './alpine.ts'
import { grown } from './image-facts.ts'
import { official } from './image-family.ts'
import { bottomOf, certified, language, shapeOf, slimTag, smaller, versionVariable } from './platforms.ts'

const linker = 'gcc cc cpp ld ar as nm strip objcopy objdump readelf'

/** `rust` (github.com/rust-lang/docker-rust): a linker in all variants; make, git, curl and pkg-config in the full one. */
export const rust = official(['rust'], (tag) => {
  const full = shapeOf(tag) === 'full'
  return grown(certified(bottomOf(tag, 'rust')), {
    ...language('rust', 'sdk', /^\d/.test(tag.text) ? tag.version : undefined),
    ...smaller(slimTag(tag, 'rust')),
    programs: `cargo rustc rustup ${full ? '' : linker}`,
    libraries: full
      ? ''
      : `libgomp.so.1 libatomic.so.1 ${shapeOf(tag) === 'alpine' ? alpineCpp : ''} libmpfr.so.6 libgmp.so.10`,
    unsure: full ? '' : 'libquadmath',
    hasCompiler: true,
    env: {
      RUSTUP_HOME: '/usr/local/rustup',
      CARGO_HOME: '/usr/local/cargo',
      ...versionVariable('RUST_VERSION', tag.version),
    },
  })
})
