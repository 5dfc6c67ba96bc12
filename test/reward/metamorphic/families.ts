/** All families of the metamorphic suite, by language. */
import { c } from './c';
import { cpp } from './cpp';
import { go } from './go';
import { java } from './java';
import { javascript } from './javascript';
import { lua } from './lua';
import { php } from './php';
import { python } from './python';
import { ruby } from './ruby';
import { rust } from './rust';
import { typescript } from './typescript';

export const FAMILIES = [javascript, typescript, python, ruby, go, rust, java, c, cpp, php, lua];
