/** Insecure patterns: what each finds and what it leaves alone, per language; precision before recall. */
import { beforeAll, expect, it } from 'vitest';
import { LANGUAGE_NAMES } from '../../src/corpus/languages';
import { createParser } from '../../src/corpus/parser';
import type { Parser } from '../../src/corpus/parser';
import { PATTERNS, insecurePatterns, introduced } from '../../src/safety/insecure';
import type { Kind } from '../../src/safety/kinds';
import type { Language } from '../../src/types';
import { nodeGrammars } from '../corpus/node_grammars';

let parser: Parser;
beforeAll(async () => {
  parser = await createParser(nodeGrammars);
  await parser.load(LANGUAGE_NAMES);
});

/** By language and kind: code that has it, code that does not. */
const CASES: Partial<Record<Language, Partial<Record<Kind, [bad: string[], good: string[]]>>>> = {
  javascript: {
    eval: [
      ['function f(x) { return eval(x); }', 'const g = (s) => new Function(s);', 'function f(c) { setTimeout("tick(" + c + ")", 5); }', 'function f(s) { return vm.runInThisContext(s); }'],
      ['function f() { return eval("1 + 1"); }', 'function evaluate(x) { return evaluate(x - 1); }', 'function f(g) { setTimeout(() => g(), 5); }', '// eval(x)\nfunction f(x) { return x; }', 'const s = "eval(x)";'],
    ],
    shell: [
      ['function f(d) { exec(`ls ${d}`); }', 'function f(d) { child.execSync("rm " + d); }', 'function f(c, a) { spawn(c, a, { shell: true }); }', 'function f(c) { return cp.exec("git " + c, done); }'],
      ['function f() { exec("ls -l"); }', 'function f(s) { return /a+/.exec("x" + s); }', 'function f(c, a) { spawn(c, a); }', 'function f(s) { return pattern.exec(s + "a"); }', 'function f(a) { execFile("ls", [a]); }'],
    ],
    sql: [
      ['function f(id) { return db.query("SELECT * FROM t WHERE id = " + id); }', 'function f(n) { return db.query(`DELETE FROM t WHERE n = \'${n}\'`); }', 'const f = (a, b) => "INSERT INTO t VALUES (" + a + ", " + b + ")";'],
      ['function f(id) { return db.query("SELECT * FROM t WHERE id = ?", [id]); }', 'function f(n) { return sql`SELECT * FROM t WHERE n = ${n}`; }', 'function f(n) { return "Selected " + n + " from the list"; }', 'const q = "SELECT a " + "FROM t";', 'function f(n) { return `update ${n}`; }'],
    ],
    random: [
      ['function f() { const token = Math.random().toString(36); return token; }', 'function makePassword(n) { return Array.from({ length: n }, () => Math.random()).join(""); }', 'const o = { sessionId: Math.random() };', 'function f(u) { u.resetToken = Math.random(); }'],
      ['function f() { return Math.random() * 6; }', 'function shuffle(xs) { return xs.sort(() => Math.random() - 0.5); }', 'const token = crypto.randomUUID();', 'function f(token) { return token + 1; }'],
    ],
    path: [
      ['function f(req) { return path.join(root, req.params.name); }', 'function f(n) { return fs.readFileSync("data/" + n); }', 'function f(n) { fs.unlink(`tmp/${n}`, done); }', 'function f(req, res) { res.sendFile(path.resolve(dir, req.query.f)); }'],
      ['function f() { return path.join(root, "a.txt"); }', 'function f(req) { return path.join(root, path.basename(req.params.name)); }', 'function f(file) { return fs.readFileSync(file); }', 'function f(a, b) { return [a].join(b); }'],
    ],
    deserialise: [
      ['function f(s) { return serialize.unserialize(s); }', 'function f(req) { return unserialize(req.body); }', 'function f(b) { return v8.deserialize(b); }'],
      ['function f(s) { return JSON.parse(s); }', 'function serialise(x) { return serialise(x.a); }', 'function f() { return unserialize("{}"); }'],
    ],
    hash: [
      ["function f(p) { return crypto.createHash('md5').update(p).digest('hex'); }", 'const h = createHash("sha1");', "function f(k) { return crypto.createHmac('sha-1', k); }"],
      ["function f(p) { return crypto.createHash('sha256').update(p); }", "const name = 'md5';", 'function md5(x) { return x; }'],
    ],
    html: [
      ['function f(x) { el.innerHTML = x; }', 'function f(x) { document.write("<b>" + x); }', 'function f(n) { this.outerHTML = `<p>${n}</p>`; }'],
      ['function f() { el.innerHTML = ""; }', 'function f(x) { el.textContent = x; }', 'function f(x) { stream.write(x); }'],
    ],
    tls: [['const o = { rejectUnauthorized: false };'], ['const o = { rejectUnauthorized: true };']],
  },
  python: {
    eval: [
      ['def f(x):\n    return eval(x)', 'def f(c):\n    exec(c)', 'def f(a):\n    return eval("1 + " + a)'],
      ['def f():\n    return eval("1 + 1")', 'def f(x):\n    return ast.literal_eval(x)', 'def f(m):\n    m.eval()', 'def f(x):\n    """eval(x)"""\n    return x'],
    ],
    shell: [
      ['def f(d):\n    os.system("ls " + d)', 'def f(c):\n    subprocess.run(c, shell=True)', 'def f(n):\n    return subprocess.check_output(f"cat {n}", shell=True)', 'def f(c):\n    return os.popen(c).read()'],
      ['def f(d):\n    subprocess.run(["ls", d])', 'def f():\n    os.system("ls")', 'def f(c):\n    subprocess.run(c, shell=False)', 'def f():\n    subprocess.run("ls", shell=True)'],
    ],
    sql: [
      ['def f(i):\n    return db.execute(f"SELECT * FROM t WHERE id = {i}")', 'def f(n):\n    return "DELETE FROM t WHERE n = \'%s\'" % n', 'def f(a):\n    q = "INSERT INTO t VALUES (" + a + ")"\n    return q', 'def f(a):\n    return "UPDATE t SET a = {}".format(a)'],
      ['def f(i):\n    return db.execute("SELECT * FROM t WHERE id = %s", (i,))', 'def f(n):\n    return f"selected {n}"', 'def f(n):\n    return "pick %s from it" % n', 'def f():\n    return "SELECT a " + "FROM t"'],
    ],
    random: [
      ['def f():\n    token = random.random()\n    return token', 'def make_password(n):\n    return "".join(random.choice(s) for _ in range(n))', 'def f(u):\n    u.api_key = random.getrandbits(64)'],
      ['def f():\n    return random.random()', 'def make_password():\n    return secrets.token_hex()', 'def f(xs):\n    random.shuffle(xs)'],
    ],
    path: [
      ['def f(request):\n    return os.path.join(root, request.args["n"])', 'def f(n):\n    return open("data/" + n)', 'def f(n):\n    return open(f"data/{n}").read()', 'def f(filename):\n    return os.path.join(root, filename)'],
      ['def f():\n    return os.path.join(root, "a")', 'def f(request):\n    return os.path.join(root, secure_filename(request.args["n"]))', 'def f(p):\n    return open(p)', 'def f(xs):\n    return ",".join(xs)'],
    ],
    deserialise: [
      ['def f(b):\n    return pickle.loads(b)', 'def f(s):\n    return yaml.load(s)', 'def f(h):\n    return marshal.load(h)'],
      ['def f(s):\n    return json.loads(s)', 'def f(s):\n    return yaml.safe_load(s)', 'def f(s):\n    return yaml.load(s, Loader=yaml.SafeLoader)'],
    ],
    hash: [
      ['def f(p):\n    return hashlib.md5(p).hexdigest()', 'def f(p):\n    return hashlib.sha1(p)', 'def f():\n    return hashlib.new("md5")'],
      ['def f(p):\n    return hashlib.sha256(p)', 'def f(p):\n    return hashlib.md5(p, usedforsecurity=False)', 'def md5(p):\n    return p'],
    ],
    html: [['def f(x):\n    return mark_safe(x)', 'def f(x):\n    return Markup("<b>" + x)'], ['def f():\n    return Markup("<b>")', 'def f(x):\n    return escape(x)']],
    tls: [['def f(u):\n    return requests.get(u, verify=False)'], ['def f(u):\n    return requests.get(u, verify=True)']],
  },
  ruby: {
    eval: [
      ['def f(x)\n  eval(x)\nend', 'def f(c, s)\n  c.class_eval(s)\nend', 'def f(params)\n  object.send(params[:m])\nend'],
      ['def f\n  eval("1 + 1")\nend', 'def f(x)\n  x.send(:name)\nend', '# eval(x)\ndef f(x)\n  x\nend'],
    ],
    shell: [
      ['def f(d)\n  system("ls #{d}")\nend', 'def f(d)\n  `cat #{d}`\nend', 'def f(c)\n  exec("git " + c)\nend', 'def f(c)\n  system(c)\nend'],
      ['def f(d)\n  system("ls", d)\nend', 'def f\n  `ls`\nend', 'def f(d)\n  system("ls")\nend', 'def f(q)\n  connection.exec(q)\nend'],
    ],
    sql: [
      ['def f(i)\n  db.execute("SELECT * FROM t WHERE id = #{i}")\nend', 'def f(n)\n  User.where("name = \'#{n}\'")\nend', 'def f(a)\n  "DELETE FROM t WHERE a = " + a\nend'],
      ['def f(n)\n  User.where("name = ?", n)\nend', 'def f(n)\n  User.where(name: n)\nend', 'def f(n)\n  "selected #{n}"\nend'],
    ],
    random: [
      ['def f\n  token = rand(1000)\n  token\nend', 'def make_password(n)\n  Array.new(n) { LETTERS.sample }.join\nend', 'def otp\n  rand\nend'],
      ['def f\n  rand(6)\nend', 'def make_password\n  SecureRandom.hex\nend', 'def f(xs)\n  xs.shuffle\nend'],
    ],
    path: [
      ['def f(params)\n  File.read(File.join(root, params[:n]))\nend', 'def f(n)\n  File.open("data/#{n}")\nend', 'def f(n)\n  IO.read("data/" + n)\nend'],
      ['def f\n  File.join(root, "a")\nend', 'def f(params)\n  File.join(root, File.basename(params[:n]))\nend', 'def f(p)\n  File.read(p)\nend'],
    ],
    deserialise: [['def f(s)\n  Marshal.load(s)\nend', 'def f(s)\n  YAML.load(s)\nend', 'def f(s)\n  YAML.unsafe_load(s)\nend'], ['def f(s)\n  YAML.safe_load(s)\nend', 'def f(s)\n  JSON.parse(s)\nend', 'def f(s)\n  Config.load(s)\nend']],
    hash: [['def f(p)\n  Digest::MD5.hexdigest(p)\nend', 'def f(p)\n  Digest::SHA1.base64digest(p)\nend', 'def f\n  Digest::MD5.new\nend'], ['def f(p)\n  Digest::SHA256.hexdigest(p)\nend', 'def md5(p)\n  p\nend', 'def f\n  "Digest::MD5"\nend']],
    html: [['def f(x)\n  x.html_safe\nend'], ['def f\n  "<b>".html_safe\nend']],
  },
  php: {
    eval: [['function f($x) { return eval($x); }'], ['function f() { return eval("return 1;"); }']],
    shell: [['function f($d) { return shell_exec("ls " . $d); }', 'function f($d) { return `ls $d`; }'], ['function f() { return shell_exec("ls"); }', 'function f($d) { system(escapeshellcmd($d)); }']],
    sql: [['function f($db, $i) { return $db->query("SELECT * FROM t WHERE id = $i"); }', 'function f($i) { return "DELETE FROM t WHERE id = " . $i; }'], ['function f($db) { return $db->prepare("SELECT * FROM t WHERE id = ?"); }', 'function f($n) { return "Selected $n"; }']],
    random: [['function f() { $token = mt_rand(); return $token; }'], ['function f() { return mt_rand(1, 6); }', 'function f() { $token = random_bytes(16); }']],
    path: [['function f() { return file_get_contents("data/" . $_GET["n"]); }', 'function f() { include $_GET["p"]; }'], ['function f($p) { return file_get_contents("a.txt"); }', 'function f() { return readfile(basename($_GET["n"])); }']],
    deserialise: [['function f($s) { return unserialize($s); }'], ['function f($s) { return json_decode($s); }', 'function f($s) { return unserialize($s, ["allowed_classes" => false]); }']],
    hash: [['function f($password) { return md5($password); }'], ['function f($url) { return md5($url); }', 'function f($password) { return password_hash($password, PASSWORD_DEFAULT); }']],
    html: [['function f() { echo $_GET["n"]; }'], ['function f() { echo htmlspecialchars($_GET["n"]); }']],
  },
  go: {
    shell: [['func f(c string) { exec.Command("sh", "-c", c).Run() }'], ['func f(c string) { exec.Command("ls", c).Run() }']],
    sql: [['func f(i string) string { return fmt.Sprintf("SELECT * FROM t WHERE id = %s", i) }', 'func f(i string) { db.Query("DELETE FROM t WHERE id = " + i) }'], ['func f(i string) { db.Query("SELECT * FROM t WHERE id = ?", i) }', 'func f(i int) string { return fmt.Sprintf("selected %d", i) }']],
    random: [['func f() int { token := rand.Int()\n return token }'], ['func f() int { return rand.Intn(6) }']],
    path: [['func f(r *http.Request) string { return filepath.Join(root, r.URL.Path) }', 'func f(n string) { os.Open("data/" + n) }'], ['func f() string { return filepath.Join(root, "a") }', 'func f(p string) { os.Open(p) }']],
    hash: [['func f(b []byte) { md5.Sum(b) }'], ['func f(b []byte) { sha256.Sum256(b) }']],
    tls: [['var c = tls.Config{InsecureSkipVerify: true}'], ['var c = tls.Config{InsecureSkipVerify: false}']],
  },
  java: {
    shell: [['void f(String c) { Runtime.getRuntime().exec("ls " + c); }'], ['void f() { Runtime.getRuntime().exec("ls"); }', 'void f(Task t, String a) { t.exec("x" + a); }']],
    sql: [['void f(String n) { s.executeQuery("SELECT * FROM t WHERE n = \'" + n + "\'"); }', 'String f(String n) { return String.format("DELETE FROM t WHERE n = %s", n); }'], ['void f() { c.prepareStatement("SELECT * FROM t WHERE n = ?"); }', 'String f(int n) { return "selected " + n; }']],
    random: [['long f() { long token = new Random().nextLong(); return token; }'], ['int f() { return new Random().nextInt(6); }', 'long f() { long token = new SecureRandom().nextLong(); return token; }']],
    path: [['void f(String n) { new File("data/" + n); }'], ['void f() { new File("data/a"); }']],
    deserialise: [['Object f(ObjectInputStream in) { return in.readObject(); }'], ['Object f(Reader in) { return in.read(); }']],
    hash: [['void f() { MessageDigest.getInstance("MD5"); }'], ['void f() { MessageDigest.getInstance("SHA-256"); }']],
  },
  c: {
    memory: [['void f(char *s) { gets(s); }', 'void f(char *d, char *s) { strcpy(d, s); }', 'void f(char *d, char *s) { sprintf(d, "%s", s); }', 'void f(char *s) { printf(s); }', 'void f(char *s) { scanf("%s", s); }'], ['void f(char *s) { fgets(s, 9, stdin); }', 'void f(char *d) { strcpy(d, "ok"); }', 'void f(char *d, int n) { sprintf(d, "%d", n); }', 'void f(char *s) { printf("%s", s); }', 'void f(char *d, char *s) { strncpy(d, s, 8); }', 'void f(int *n) { scanf("%d", n); }']],
    shell: [['void f(char *c) { system(c); }'], ['void f() { system("ls"); }']],
    sql: [['void f(char *d, char *n) { snprintf(d, 99, "SELECT a FROM t WHERE n = \'%s\'", n); }'], ['void f(char *d, int n) { snprintf(d, 99, "selected %d", n); }']],
    random: [['int f() { int token = rand(); return token; }'], ['int f() { return rand() % 6; }']],
    hash: [['void f(char *s, char *d) { MD5(s, 3, d); }'], ['void f(char *s, char *d) { SHA256(s, 3, d); }']],
  },
  cpp: { sql: [['std::string f(std::string n) { return "SELECT a FROM t WHERE n = " + n; }'], ['std::string f(std::string n) { return "selected " + n; }']], memory: [['void f(char *d, char *s) { strcat(d, s); }'], ['void f(std::string &d, std::string s) { d += s; }']] },
  rust: {
    shell: [['fn f(c: &str) { Command::new("sh").arg("-c").arg(c); }'], ['fn f(c: &str) { Command::new("ls").arg(c); }', 'fn f() { Command::new("sh").arg("-c").arg("ls"); }']],
    sql: [['fn f(n: &str) -> String { format!("SELECT a FROM t WHERE n = \'{}\'", n) }'], ['fn f(n: &str) -> String { format!("selected {}", n) }']],
    hash: [['fn f() { Md5::new(); }'], ['fn f() { Sha256::new(); }']],
    memory: [['fn f(x: u32) -> f32 { unsafe { std::mem::transmute::<u32, f32>(x) } }', 'fn f(v: &[u8]) -> u8 { unsafe { *v.get_unchecked(0) } }'], ['fn f(x: u32) -> f32 { f32::from_bits(x) }', 'fn f(v: &[u8]) -> Option<&u8> { v.get(0) }']],
  },
  lua: {
    eval: [['function f(s) return load(s) end'], ['function f() return load("return 1") end']],
    shell: [['function f(c) os.execute("ls " .. c) end'], ['function f() os.execute("ls") end']],
    sql: [['function f(n) return "SELECT a FROM t WHERE n = " .. n end'], ['function f(n) return "selected " .. n end']],
    random: [['function f() local token = math.random() return token end'], ['function f() return math.random(6) end']],
    path: [['function f(n) return io.open("data/" .. n) end'], ['function f(p) return io.open(p) end']],
  },
};

it('finds what is there and nothing else, in every language', () => {
  const wrong: string[] = [];
  let positive = 0, negative = 0;
  for (const [language, kinds] of Object.entries(CASES) as [Language, Partial<Record<Kind, [string[], string[]]>>][]) {
    for (const [kind, [bad, good]] of Object.entries(kinds) as [Kind, [string[], string[]]][]) {
      for (const code of [...bad, ...good]) if (!parser.parses(language, code)) wrong.push(`${language} does not parse: ${code}`);
      for (const code of bad) { positive++; if (!insecurePatterns(parser, language, code).some((found) => found.kind === kind)) wrong.push(`${language} ${kind} not found: ${code}`); }
      for (const code of good) { negative++; for (const found of insecurePatterns(parser, language, code)) wrong.push(`${language} ${found.kind} (${found.name}) found in: ${code}`); }
    }
  }
  expect(wrong).toEqual([]);
  expect([positive, negative]).toEqual([126, 138]);
});

it('has a case for every kind of pattern of every language, TypeScript included', () => {
  for (const [language, patterns] of Object.entries(PATTERNS) as [Language, (typeof PATTERNS)[Language]][]) {
    if (language === 'typescript' || language === 'tsx') continue;
    const tested = new Set([...Object.keys(CASES[language] ?? {}), ...(language === 'cpp' ? Object.keys(CASES.c!) : [])]);
    expect([...new Set(patterns.map(({ kind }) => kind))].filter((kind) => !tested.has(kind) && kind !== 'html' && kind !== 'tls' && !(language === 'java' && kind === 'eval') && !(language === 'rust' && kind === 'path') && !(language === 'c' && kind === 'path') && !(language === 'cpp' && kind === 'path')), language).toEqual([]);
  }
  expect(insecurePatterns(parser, 'typescript', 'export function f(x: string): unknown { return eval(x); }')).toEqual([{ kind: 'eval', name: 'eval()', line: 1, text: 'eval(x)' }]);
  expect(insecurePatterns(parser, 'tsx', 'const f = (x: string) => eval(x);')).toHaveLength(1);
});

it('introduced is what the reconstruction has more of, with its line', () => {
  const original = 'function f(x) {\n  return eval(x);\n}', more = 'function f(x) {\n  const a = eval(x);\n  return eval(a) + new Function(x);\n}';
  expect(introduced(parser, 'javascript', original, original)).toEqual([]);
  expect(introduced(parser, 'javascript', original, more).map(({ name, line }) => [name, line])).toEqual([['eval()', 3], ['Function()', 3]]);
  expect(introduced(parser, 'javascript', 'm() { return 1; }', 'm(x) {\n  return eval(x);\n}').map(({ line }) => line)).toEqual([2]);
  expect(introduced(parser, 'python', 'def f(x):\n    return x', 'def f(x:')).toEqual([]);
});
