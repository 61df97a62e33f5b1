/** Python packages that do not work without the compiled modules of their wheels. */
export const compiledWheels: ReadonlySet<string> = new Set(
  (
    'numpy pandas scipy scikit-learn scikit-image matplotlib contourpy kiwisolver pillow opencv-python opencv-python-headless ' +
    'opencv-contrib-python torch torchvision torchaudio tensorflow tensorflow-cpu jax jaxlib onnxruntime xgboost lightgbm catboost polars pyarrow ' +
    'duckdb numba llvmlite h5py tables statsmodels shapely pyproj fiona rasterio pyogrio gdal geopandas rtree cryptography cffi pynacl bcrypt ' +
    'argon2-cffi argon2-cffi-bindings psycopg2 psycopg2-binary psycopg-binary psycopg-c psycopg[binary] psycopg[c] asyncpg mysqlclient pymssql pyodbc oracledb ' +
    'confluent-kafka grpcio grpcio-tools lxml orjson ujson rapidjson python-rapidjson msgspec pydantic pydantic-core fastapi uvloop httptools watchfiles ' +
    'gevent greenlet pyzmq uwsgi ' +
    'regex tiktoken tokenizers sentencepiece safetensors transformers spacy thinc cymem murmurhash blis fasttext hnswlib ' +
    'faiss-cpu chromadb chroma-hnswlib qdrant-client lancedb zstandard lz4 python-snappy brotli blosc xxhash mmh3 cytoolz ' +
    'psutil pycurl pycryptodome pycryptodomex m2crypto python-ldap xmlsec gssapi ruamel-yaml-clib ' +
    'rpds-py jsonschema referencing jiter openai anthropic pymupdf pikepdf pypdfium2 weasyprint soundfile librosa numexpr bottleneck ' +
    'setproctitle netifaces pyudev evdev pygit2 tree-sitter levenshtein python-levenshtein ' +
    'couchbase neo4j-rust-ext ddtrace memray ray'
  ).split(' '),
)

/** Gems that hold or make machine code. */
export const compiledGems: ReadonlySet<string> = new Set(
  (
    'nokogiri pg mysql2 sqlite3 trilogy bcrypt bcrypt_pbkdf ffi puma nio4r bootsnap msgpack racc bigdecimal json date stringio strscan psych io-console ' +
    'websocket-driver redcarpet commonmarker rmagick ruby-vips charlock_holmes curb tiny_tds eventmachine thin unicorn ' +
    'unf_ext hiredis oj yajl-ruby rdkafka google-protobuf grpc snappy rbtree levenshtein-ffi ed25519 rugged sassc libv8-node ' +
    'mini_racer therubyracer nio websocket-native bindex debug byebug racc hitimes jaro_winkler murmurhash3 cbor digest-crc digest-murmurhash'
  ).split(' '),
)
