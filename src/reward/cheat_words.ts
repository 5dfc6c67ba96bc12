/** Word lists that tell language from ciphers: English function words, words of documentation, other languages' commonest words; knows no code. */

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Words that English cannot do without; in running text about half of all words. */
export const ENGLISH = set(`
a an the this that these those it its itself they them their theirs he she his her we us our you your i me my one ones who whom whose which what
and or nor but so yet if then else when whenever while until till unless because since as than though although whether where wherever once
of to in into on onto at by for from with without within between among through throughout during before after above below over under up down out off
about against across along around behind beside beyond near per via upon toward towards except like unlike instead
is are was were be been being am do does did done doing has have had having can could may might must shall should will would cannot
not no none never neither either both each every any all some such few many much more most less least several other others another same
there here now only just also too very even still already again always ever often how why
`);

/** Verbs, nouns and adjectives that documentation of code is made of, uninflected; their inflections are known through `isKnown`. */
export const DOCUMENTATION = set(`
abort absolute accept access account accumulate action actual adapter add address adjust age alias align allocate allow alpha amount angle answer append apply arg argument arity
array ascend ask assert assign async attach attempt attribute author average avoid await back balance bar base basic basket begin big bigger binary bind bit blank block body book
bool boolean bottom bound box branch break browser buffer build bucket bug byte cache calculate call callback cancel capital case cast catch category cell chain change channel char
character check child children choose chunk class clean clear client clip clone close code coerce collapse collect collection color column combine comma command comment common
compare complete compose compute concatenate condition config configuration confirm connect connection console constant construct constructor contain content context control convert copy
core correct cost count counter create cross current curry cut cycle dash data date day debug decide decimal declare decode decorate decrease decrement deep default define degree delay delegate delete deny depth
descend describe descriptor destination destroy detect determine device dictionary difference different digit dimension direct direction directory disable discard discount display distance distinct divide
document dot double draw drop dry due duplicate duration edge edit element email emit empty enable encode end ensure enter entity entry enum environment equal equality error escape estimate evaluate even
event exact exactly example exceed exception exclude execute exist exit expand expect expire exponent export express expression extend external extra extract factor factorial fail failure false fast fee
fetch fibonacci field fifth file fill filter final find finish finite first fit fix fixed flag flat flatten flip float floor flush fold folder follow font force form format forward found four fourth fraction frame free
frequency fresh front full function gather general generate get give given global go goal grade grammar graph greater greatest greet grid ground group grow guard half halve handle handler hash head
header height hello helper hexadecimal hide hierarchy high higher highest hit hold home host hour html http hundred id ideal identifier identity ignore image immediate implement implementation import include increase
increment indent index indicate infinite infinity inherit initial initialize inner input insert inside inspect instance int integer interface internal intersect interval invalid inverse invert invoke
item iterate iteration iterator join json jump keep key keyword kind know known label lack language large larger largest last late later latest layer layout lazy leading leaf leap leave left length letter level library lift limit line
linear link list listen listener literal load local locate lock log logic long longer longest look lookup loop low lower lowercase lowest machine main make manage map mark mask match matrix maximum mean measure median
member memoize memory merge message metadata method middle millisecond minimum minus minute miss missing mix mode model modify module modulo moment money month move multiple multiply mutate name named native natural need negate
negative nested network new newline next nil node normal normalise normalize notation note nothing notify null number numeric object observe occur occurrence odd offset old omit open operate operation operator
optional optionally option order ordinal origin original output outer outside overflow overlap override overwrite own package pad page pair palindrome panic paragraph parallel param parameter parent parse part partial particular
partition pass password path pattern pause payload peek pending percent percentage perform period permit person phase phone pick piece pixel place plain play player plus point pointer policy pop position positive possible
power precede precise precision predicate prefix prepare prepend present preserve previous price prime primitive print priority private probability problem process produce product program progress promise
proper property protocol prototype provide proxy public pull punctuation push put quantity query queue quick quiet quote quotient raise random range rank rate ratio raw reach read ready real rebuild receive record
recursive recursively reduce refer reference reflect refuse register regular reject relative release remain remainder remember remote remove rename render repeat replace reply report represent request require required reset resize
resolve resource respond response rest restart restore restrict result resume retrieve retry return reverse rewrite right roll root rotate round route row rule run safe sample save scale scan schedule scope
score screen script search second section seed seek segment select self send sensitive separate separator sequence serialize series server session set seven shallow shape share shift short shorter shortest show shuffle sibling
sign signal signature silent similar simple simply single singular size skip slice slow small smaller smallest smart snake socket sort source space span spare sparse special specific specify speed split square
stable stack stage standard start state statement static status step stop store stream strict string strip structure style sub subject subset subsequent substring subtract success suffix suit sum summary supply support suppress
surround suspend swap switch symbol symmetric sync synchronous syntax system tab table tag tail take target task tax team tell temperature template temporary ten terminal test text third thread three threshold throw tick time timeout timer timestamp
times title toggle token tool top total trace track trailing transform translate travel traverse tree triangle trigger trim triple true truncate truthy try turn tuple twice two type unary unchanged undefined underlying unescape
unicode union unique unit unknown unlock unset unsigned unsorted untouched update upper uppercase url use user usual valid validate value variable variant vector verify version view virtual visible visit void vowel wait walk warn warning
watch way week weight white whitespace whole wide width window wise word work wrap write wrong year yield zero zip
`);

/** The commonest words of other languages in Latin letters: documentation in them is language too. Short words that English shares are left out. */
export const OTHER_LANGUAGES = set(`
der die das ein eine einen einem einer und oder nicht ist sind wird werden mit von zu zum zur auf aus bei den dem des für über nach wenn dann sonst gibt jede jeden jedes alle liste wert zahl
le la les un une des du et ou est sont avec dans sur pour par pas que qui si sinon chaque tous toutes liste valeur nombre renvoie retourne cette
el los las una unos unas y es son con en por para del al que cada lista valor devuelve número cuando
il lo gli uno e è sono con nel della dei delle per che se ogni lista valore restituisce
o os as um uma e é são com em por para do da dos das que cada lista valor devolve retorna não
de het een en of is zijn met van op voor niet als elke lijst waarde geeft terug
och eller inte är med av på för om varje lista värde returnerar som til og ikke hver verdi
i nie jest są z na do dla lub jeśli każdy lista wartość zwraca oraz się
a je se na pro nebo pokud každý seznam hodnota vrací není které
ja tai ei on ovat jos jokainen lista arvo palauttaa kun
ve veya değil bir için ile her liste değer döndürür eğer
dan atau tidak adalah dengan dari untuk jika setiap daftar nilai mengembalikan yang
và hoặc không là của cho với nếu mỗi danh sách giá trị trả về
és vagy nem egy az ha minden lista érték visszaadja
și sau nu este sunt cu din pentru dacă fiecare listă valoare returnează
`);

/** Abbreviations without a vowel, and names with digits, that documentation writes. */
export const ABBREVIATIONS = set(`
css csv cpp csrc cxx ctx cwd dll dns dom dst fps ftp gcc gpg gtk html http https jpg js jwt kb lhs mb md md5 mp3 mp4 msg mvc ns npm nth pdf php png pkg ptr px py qr rb rgb rhs rpc rs rss sdk sgd
sha1 sha256 sha512 sql src ssh ssl std str svg tcp tls tmp ts tsv tsx txt tz vs vm www xml xhr xs yml zstd cb fn cmd cnt curr prev val arr obj num idx len ptrs args kwargs bfs dfs lru
fifo lifo utf8 utf16 base64 base32 base16 ascii i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 x86 arm64 ipv4 ipv6 h1 h2 h3 l1 l2 s3 k8s
hmm psst brr tsk nyc gb tb hz khz mhz ghz ms ns mm cm km kg lb ft pwd lst nbsp mdn mime xor nand lcm gcd rng prng lcg sqrt cbrt pct tbd rfc wcag xss csrf crc crc32 pbkdf2 hmac bcrypt scrypt
`);

const ENDINGS = ['s', 'es', 'ed', 'd', 'ing', 'ings', 'ly', 'er', 'ers', 'r', 'able', 'ies', 'ied', 'ness', "'s"];

/** A word of English or of documentation in any inflection, lower case; `doubled` consonants and a dropped e are allowed for. */
export function isEnglishWord(word: string): boolean {
  const has = (stem: string): boolean => DOCUMENTATION.has(stem);
  if (ENGLISH.has(word) || has(word)) return true;
  return ENDINGS.some((ending) => {
    if (!word.endsWith(ending) || word.length - ending.length < 2) return false;
    const stem = word.slice(0, -ending.length);
    return has(stem) || has(`${stem}e`) || (ending.startsWith('ie') && has(`${stem}y`)) || (stem.length > 3 && stem.at(-1) === stem.at(-2) && has(stem.slice(0, -1)));
  });
}
