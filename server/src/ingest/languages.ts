/** Languages of source code, by the name of a file or its first line. */

type Language = { name: string; endings: readonly string[]; names?: readonly string[]; shebang?: RegExp };

const languages: readonly Language[] = [
  { name: "javascript", endings: ["js", "mjs", "cjs", "jsx"], shebang: /\b(node|deno|bun)\b/ },
  { name: "typescript", endings: ["ts", "mts", "cts"] },
  { name: "tsx", endings: ["tsx"] },
  { name: "python", endings: ["py", "pyi", "pyw"], names: ["sconstruct"], shebang: /\bpython[\d.]*\b/ },
  { name: "java", endings: ["java"] },
  { name: "c", endings: ["c", "h"] },
  { name: "cpp", endings: ["cpp", "cc", "cxx", "hpp", "hh", "hxx", "ino", "cu"] },
  { name: "csharp", endings: ["cs", "csx"] },
  { name: "go", endings: ["go"] },
  { name: "rust", endings: ["rs"] },
  { name: "ruby", endings: ["rb", "rake", "gemspec"], names: ["rakefile", "gemfile"], shebang: /\bruby\b/ },
  { name: "php", endings: ["php", "phtml"], shebang: /\bphp\b/ },
  {
    name: "shell",
    endings: ["sh", "bash", "zsh", "ksh"],
    names: [".bashrc", ".profile", ".zshrc"],
    shebang: /\b(ba|z|k|da)?sh\b/,
  },
  { name: "powershell", endings: ["ps1", "psm1", "psd1"], shebang: /\bpwsh\b/ },
  { name: "css", endings: ["css"] },
  { name: "scss", endings: ["scss", "sass", "less"] },
  { name: "sql", endings: ["sql", "ddl"] },
  { name: "kotlin", endings: ["kt", "kts"] },
  { name: "swift", endings: ["swift"] },
  { name: "scala", endings: ["scala", "sc"] },
  { name: "perl", endings: ["pl", "pm"], shebang: /\bperl\b/ },
  { name: "lua", endings: ["lua"], shebang: /\blua\b/ },
  { name: "r", endings: ["r", "rmd"], shebang: /\bRscript\b/ },
  { name: "julia", endings: ["jl"] },
  { name: "haskell", endings: ["hs", "lhs"] },
  { name: "elixir", endings: ["ex", "exs"] },
  { name: "erlang", endings: ["erl", "hrl"] },
  { name: "clojure", endings: ["clj", "cljs", "cljc", "edn"] },
  { name: "lisp", endings: ["lisp", "el", "scm", "rkt"] },
  { name: "ocaml", endings: ["ml", "mli"] },
  { name: "fsharp", endings: ["fs", "fsx"] },
  { name: "dart", endings: ["dart"] },
  { name: "groovy", endings: ["groovy", "gradle"], names: ["jenkinsfile"] },
  { name: "objective-c", endings: ["m", "mm"] },
  { name: "pascal", endings: ["pas", "dpr"] },
  { name: "fortran", endings: ["f", "f90", "f95", "for"] },
  { name: "cobol", endings: ["cob", "cbl"] },
  { name: "assembly", endings: ["asm", "s"] },
  { name: "zig", endings: ["zig"] },
  { name: "nim", endings: ["nim"] },
  { name: "vb", endings: ["vb", "vbs", "bas"] },
  { name: "matlab", endings: ["mat", "matlab"] },
  { name: "solidity", endings: ["sol"] },
  { name: "vue", endings: ["vue"] },
  { name: "svelte", endings: ["svelte"] },
  { name: "graphql", endings: ["graphql", "gql"] },
  { name: "protobuf", endings: ["proto"] },
  { name: "terraform", endings: ["tf", "hcl", "tfvars"] },
  { name: "batch", endings: ["bat", "cmd"] },
  { name: "latex", endings: ["tex", "sty", "cls", "bib"] },
  { name: "diff", endings: ["diff", "patch"] },
  { name: "cmake", endings: ["cmake"], names: ["cmakelists.txt"] },
  { name: "dockerfile", endings: ["dockerfile"], names: ["dockerfile", "containerfile"] },
  { name: "makefile", endings: ["mk", "mak"], names: ["makefile", "gnumakefile"], shebang: /\bmake\b/ },
];

/** Null: the name tells of none. */
export function languageByName(name: string): string | null {
  const lower = name.toLowerCase();
  const ending = /\.(\w+)$/.exec(lower)?.[1] ?? "";
  const named = languages.find(({ names }) => names?.includes(lower));
  return (named ?? languages.find(({ endings }) => endings.includes(ending)))?.name ?? null;
}

/** By `#!`; null: it has no such line, or one of something else. */
export function languageByShebang(text: string): string | null {
  const line = /^#!(.{1,200})/.exec(text)?.[1];
  return (line && languages.find(({ shebang }) => shebang?.test(line))?.name) || null;
}
