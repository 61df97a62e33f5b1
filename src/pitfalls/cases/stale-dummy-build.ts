import type { PitfallCase } from './pitfall-case.ts'

const files = { 'Cargo.toml': '[package]\nname = "x"\n', 'Cargo.lock': '', 'src/main.rs': '', 'src/lib.rs': '' }
const start = 'FROM rust:1.90\nWORKDIR /a\nCOPY Cargo.toml Cargo.lock ./\n'

/** Empty programs that stay, and those that make room. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds an empty main.rs that is removed before the real one comes',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release && rm -rf src\nCOPY src ./src\nRUN cargo build --release\n`,
    files,
    finds: [5],
    says: 'line 6 keeps the empty program',
  },
  {
    title: 'finds an empty library, and the whole context behind it',
    dockerfile: `${start}RUN mkdir src && touch src/lib.rs && cargo build --release --locked\nCOPY . .\nRUN cargo build --release --locked\n`,
    files,
    finds: [5],
  },
  {
    title: 'finds cargo init, in steps of their own',
    dockerfile:
      'FROM rust:1.90\nWORKDIR /a\nRUN cargo init --name x\nCOPY Cargo.* ./\nRUN cargo build -r\nRUN rm src/*.rs\nCOPY src src\nRUN cargo build -r\n',
    files,
    finds: [7],
  },
  {
    title: 'finds a heredoc, and only the program removed, which cargo links again',
    dockerfile: `${start}COPY <<EOF src/main.rs\nfn main() {}\nEOF\nRUN cargo build --release\nCOPY src ./src\nRUN rm target/release/x && cargo build --release\n`,
    files,
    finds: [8],
  },
  {
    title: 'finds a stage that continues the one with the dependencies',
    dockerfile: `${start.replace('rust:1.90', 'rust:1.90 AS deps')}RUN mkdir -p src && printf 'fn main() {}' | tee src/main.rs && cargo build --release\nFROM deps\nCOPY src ./src\nRUN cargo build --release\n`,
    files,
    finds: [6],
  },
  {
    title: 'says nothing when the real file is touched',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release\nCOPY src ./src\nRUN touch src/main.rs && cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing when find touches all files',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release\nCOPY src ./src\nRUN find src -name '*.rs' -exec touch {} + && cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing when the results of the package are deleted',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release && rm -f target/release/deps/x*\nCOPY src ./src\nRUN cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing when cargo cleans the package',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build --release\nCOPY src ./src\nRUN cargo clean --release -p x && cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing about cargo-chef and cargo fetch',
    dockerfile: `${start}RUN mkdir src && touch src/main.rs && cargo fetch\nCOPY src ./src\nRUN cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing when the first build was another one',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/main.rs && cargo build\nCOPY src ./src\nRUN cargo build --release\n`,
    files,
  },
  {
    title: 'says nothing when another file was empty',
    dockerfile: `${start}RUN mkdir src && echo "fn main(){}" > src/dummy.rs && cargo build --release --bin dummy\nCOPY src ./src\nRUN cargo build --release --bin x\n`,
    files,
  },
]
