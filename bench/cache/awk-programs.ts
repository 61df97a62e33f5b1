// Programs for busybox awk, which is all that the bases have. They write files cut out of a text, the same ones every time.

/** Functions of the others: `load(FILE)` reads the text, `piece(MEAN)` is a part of it, `put(FILE, TEXT)` writes a file. */
const functions = String.raw`
function roll(bound) { seed = (seed * 16807) % 2147483647; return seed % bound }
function load(file,    line, part) {
  while ((getline line < file) > 0) {
    part = part line "\n"
    if (length(part) > 8000) { pool = pool part; part = "" }
  }
  close(file)
  pool = pool part
  size = length(pool)
}
function piece(mean,    length_) { length_ = int(mean / 2) + roll(mean); return substr(pool, 1 + roll(size - length_), length_) }
function put(file, text) { printf "%s", text > file; close(file) }
`

/** TEXT LOCK MODULES [CACHE]: what a package manager does. With a cache, a package that is not there takes 10 ms to come. */
export const install = `${functions}${String.raw`
BEGIN {
  load(ARGV[1]); modules = ARGV[3]; cache = ARGV[4]
  while ((getline line < ARGV[2]) > 0) {
    if (split(line, word, "\"") < 11 || word[2] !~ /^node_modules\//) continue
    name[++count] = substr(word[2], 14); version[count] = word[6]
    gsub(/[^0-9]/, "", word[9]); gsub(/[^0-9]/, "", word[11])
    files[count] = word[9] + 0; mean[count] = word[11] + 0
    directories = directories " " modules "/" name[count] "/lib"
  }
  system("mkdir -p" directories)
  RS = "\001"
  for (n = 1; n <= count; n++) package(n)
}
function package(n,    stored, have, i, part) {
  stored = cache == "" ? "" : cache "/" name[n] "-" version[n]
  if (stored != "") for (have = 0; (getline text < stored) > 0; have++) part[have] = text
  if (stored != "") close(stored)
  if (have == 0) {
    if (stored != "") system("sleep 0.01")
    seed = n * 7919 + 1
    for (i = 0; i < files[n]; i++) {
      part[i] = "// " name[n] "@" version[n] " " i "\n" piece(mean[n])
      if (stored != "") printf "%s\001", part[i] > stored
    }
    if (stored != "") close(stored)
  }
  put(modules "/" name[n] "/package.json", "{ \"name\": \"" name[n] "\", \"version\": \"" version[n] "\" }\n")
  for (i = 0; i < files[n]; i++) put(modules "/" name[n] "/lib/f" i ".js", part[i])
}
`}`

/** TEXT SOURCES MODULES DIST: reads all sources and a file of every package, and writes 300 files that depend on them. */
export const compile = `${functions}${String.raw`
BEGIN {
  load(ARGV[1]); dist = ARGV[4]
  "cat " ARGV[2] "/*/* " ARGV[3] "/*/lib/f1.js | md5sum" | getline sum
  digits = sum; gsub(/[^0-9]/, "", digits)
  seed = substr(digits, 1, 9) + 1
  system("mkdir " dist)
  for (i = 0; i < 300; i++) put(dist "/chunk" i ".js", "/* " sum " */\n" piece(20000))
}
`}`

/** TEXT TREE DIRECTORIES FILES MEAN */
export const grow = `${functions}${String.raw`
BEGIN {
  load(ARGV[1]); seed = 5
  for (d = 0; d < ARGV[3]; d++) directories = directories " " ARGV[2] "/d" d
  system("mkdir -p" directories)
  for (d = 0; d < ARGV[3]; d++) for (f = 0; f < ARGV[4]; f++) put(ARGV[2] "/d" d "/f" f, d "/" f "\n" piece(ARGV[5]))
}
`}`
