import { chainguard } from './chainguard.ts'
import { distributions } from './distributions.ts'
import { distroless } from './distroless.ts'
import { dotnet } from './dotnet.ts'
import { enterprise } from './enterprise.ts'
import { golang } from './golang.ts'
import type { ImageFamily } from './image-family.ts'
import { java } from './java.ts'
import { node } from './node.ts'
import { python } from './python.ts'
import { rust } from './rust.ts'
import { scripting } from './scripting.ts'
import { servers } from './servers.ts'
import { tools } from './tools.ts'

/** Everything that is known; the first family that knows a name answers. */
export const families: readonly ImageFamily[] = [
  ...distributions,
  distroless,
  node,
  python,
  golang,
  rust,
  ...scripting,
  ...java,
  dotnet,
  ...servers,
  chainguard,
  ...enterprise,
  ...tools,
]
