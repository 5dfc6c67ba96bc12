/**
 * The 500 most frequent 1- to 4-grams of each language by src/reward/lexer.ts, one a line, most frequent first; knows nothing else.
 * An n-gram counts when every package named has it. Written by scripts/build-shared-ngrams.ts, tsx shares the list of typescript. Counted over:
 * javascript: npm lodash-es 4.18.1, preact 11.2.0, @huggingface/transformers 4.3.1 (1106 files, 199814 tokens).
 * typescript: npm onnxruntime-web 1.31.0-dev.20260914-8d85527a0, @huggingface/jinja 0.5.11 (211 files, 244843 tokens).
 * python: Debian libpython3.11-stdlib 3.11.2-6 (147 files, 308659 tokens).
 * ruby: Debian libruby3.1 3.1.2-7 (530 files, 398226 tokens).
 * go: Debian golang-1.19-src 1.19.8-2 (420 files, 603666 tokens).
 * rust: Debian librust-regex-dev 1.7.1-1, librust-itertools-dev 0.10.3-1, librust-clap-dev 4.0.32-1, librust-tokio-dev 1.24.2-1 (485 files, 476004 tokens).
 * java: Debian sources libcommons-lang3-java 3.12.0, commons-io 2.11.0, guava-libraries 31.1 (789 files, 620521 tokens).
 * c: Debian sources redis 7.0.15, jq 1.6 (120 files, 431785 tokens).
 * cpp: Debian sources leveldb 1.23, re2 20220601 (215 files, 302021 tokens).
 * php: Debian composer 2.5.5-1, php-symfony-console 5.4.53 (383 files, 338232 tokens).
 * lua: Debian luarocks 3.8.0, lua-penlight 1.13.1-3 (541 files, 629442 tokens).
 */

export const SHARED_NGRAMS = {
  javascript: `;
,
(
)
.
{
}
=
) ;
) {
; }
]
[
from
export
import
:
) ; }
this
return
if
if (
this .
; import
; export
} from
0
default
i
length
1
} export
) )
] ,
] ;
function
} }
{ return
new
value
) { return
+
; } }
{ }
; if
; if (
&&
. length
?
export {
} )
; export {
as
; } export
-
( )
export default
null
] =
!
result
{ if
{ if (
) ,
<
) { if
) { if (
0 ;
; return
===
) ; } }
} return
) ) ;
for
for (
= 0
data
++
/
; function
] )
else
( value
( (
} else
= 0 ;
= this
} ) ;
) ) {
= this .
==
key
] ; }
; this
; this .
= [
( !
||
options
value )
x
[ 0
if ( !
; } else
2
} ;
0 ]
; } return
; for
true
} if
} if (
; for (
[ 0 ]
( this
) ; return
1 ,
) ; if
) ; if (
length ;
) ) ; }
undefined
[ ]
= new
- 1
. length ;
!==
) .
1 )
= {
throw
( value )
; } if
; } if (
( ) ;
push
, {
) ; } export
. push
push (
. push (
} ,
( {
length )
( this .
false
1 ]
[ ] ;
] ) ;
else {
} else {
0 )
) :
= (
function (
0 ,
= { }
; } else {
= [ ]
Array
typeof
>
= [ ] ;
1 ;
isArray
] .
[ 1
else if
else if (
) ; } else
result =
} ; }
} else if
} else if (
} } export
; } } export
n
, 0
, this
; export default
( ) {
start
} ) ; }
) ; } if
) ?
, this .
constructor
type
; } )
+ 1
value ,
3
return this
; } else if
[ 1 ]
Object
{ } )
slice
end
result ;
} } return
) ; export
length =
while
while (
isArray (
{ if ( !
. length )
; } ) ;
Array .
name
; if ( !
constructor (
= { } )
prototype
. prototype
= 1
] :
result ; }
&& !
, value
: true
value ) {
false ;
Object .
a
2 )
= false
; while
; while (
, key
length ) {
; } } return
] ; if
] ; if (
return this .
!=
} } }
slice (
- 1 )
. slice
b
( key
. slice (
length ,
] ) ; }
return {
''
( typeof
options .
undefined ;
) &&
1 ) ;
break
( value ) {
4
break ;
null ;
) ) )
. isArray
] ; for
{ for
{ for (
Array . isArray
] ; for (
) ) { return
[ key
in
value ) ;
. length ,
props
8
- 1 ,
1 ) {
; } } }
>=
key ,
s
{ return this
|
) /
) ; } )
, length
: [
if ( typeof
) { return this
[ key ]
key ]
) { for
) { for (
) ||
! (
( length
; } ;
options =
= Array
data .
{ this
{ this .
value ;
{ return this .
|| (
, (
= Object
if ( this
--
[ ] ; for
if ( this .
( ) ; }
) { this
) { this .
0 ) ;
, 0 )
; break
} function
, 2
; break ;
[ ] ; }
} } else
( ) { return
= 1 ;
= Object .
value =
} if ( !
'function'
: 0
Array (
{ } ;
= false ;
&
&& (
r
true )
false ; }
; } } else
} ) ; export
. type
length >
'string'
, key ,
; } function
apply
( ) )
- 1 ;
replace
value ) ; }
++ ]
add
} } if
} } if (
( options
. prototype .
; } ; }
= Array .
e
prototype .
) [
2 ;
= /
= value
) ; } ;
, value )
0 ; }
1 ] )
{ } ,
( start
1 :
value ; }
, end
. constructor
replace (
start ,
type ,
} ; } export
. add
. replace
this ;
} ) )
length ; if
length ; if (
( ! (
. length ; if
. replace (
^
add (
data =
try
try {
. add (
. length >
apply (
} } else {
catch
1 ; }
= { } ;
] ) {
if ( ! (
} catch
: 0 ;
end )
) ) ) {
return function
return function (
&& typeof
+ 1 )
false )
( e
; } } if
Symbol
if ( (
true ) ;
2 ) ;
3 )
] ) )
break ; }
{ if ( typeof
'function' )
catch (
( ) ) ;
) ) { if
+ 1 ;
9
] ; } else
continue
} catch (
'string' )
. test
. test (
; } catch
= length
= undefined
= value ;
length ; while
length ; while (
test
test (
value .
|| !
) || (
- 1 ]
. length ) {
assign
e )
if ( value
start )
( options .
7
some
-- )
-- ) {
. length ; while
. type ,
= undefined ;
continue ;
( e )
( end
. apply
. apply (
/ (
1 ) ; }
2 ) {
= result
i ;
name ]
) ; break
[ ] ,
end =
key =
value ) { if
} ; if
} ; if (
'string' ) {
0 ) ,
; } catch (
= function
= function (
delete
start =
} for
} for (
! this
! this .
'' ;
( type
) && !
= Array (
? 1
? 1 :
? [
key , value
type ==
} ; export
} } )
} } } return
$
'function' ) {
( e ) {
) ) ; return
) { }
, 2 )`,
  typescript: `.
)
(
;
,
:
}
{
=
[
]
) ;
const
; }
) {
) ; }
; const
0
number
this
this .
if
if (
) :
return
( )
1
new
=>
[ ]
length
] ,
. length
: number
i
] ;
?
{ const
!
type
===
from
string
} ;
) )
] .
) ; const
[ 0
import
0 ]
} from
[ 0 ]
) =>
throw
import {
throw new
= (
<
} }
; return
; if
; if (
Error
Error (
export
new Error
new Error (
throw new Error
throw new Error (
: string
=> {
{ throw
{ throw new
+
2
let
; import
|
, )
) { throw
) { throw new
{ throw new Error
; } }
; import {
!==
number ,
>
readonly
-
1 ]
value
] )
number [
number [ ]
) ,
( this
name
} ,
( this .
{ if
{ if (
&&
; export
) ; } }
( ) ;
[ ] ,
||
case
) ; return
, [
[ 1
: number ,
0 ] .
[ 0 ] .
else
} else
{ return
} if
} if (
[ 1 ]
; } ;
4
type :
0 ;
} const
0 )
= [
] =
push
push (
. push
. push (
; } if
; } if (
= this
= this .
( (
void
*
] ; const
; } const
static
; } else
, }
? :
[ i
as
) ; if
) ; if (
- 1
} )
export const
=> { const
null
1 )
i ]
name :
) ) ;
: [
) .
( !
[ i ]
for
for (
) : void
) ; } if
: void
( ) :
; i
: return
, ) :
[ ] ;
node
if ( !
, {
. value
2 ]
3
/
; case
} return
++
undefined
else {
} else {
= 0
: {
string ,
) ) {
; let
] , [
, ) ;
; this
; this .
= 0 ;
input
) { const
) => {
, type
. type
output
( let
for ( let
{ name
) { if
) { if (
[ ] )
} ; const
; } else {
) : string
: number [
: number [ ]
number )
} ) ;
) ; } const
0 ) {
[ 2
( ) )
] ; }
[ 2 ]
) { return
{ name :
; } return
0 ,
: number )
length ;
} export
length !==
. length !==
. length ;
size
( {
...
, 0
length )
( ) =>
; for
; for (
index
. length )
{ type
= new
boolean
i )
] ]
: (
] ) :
1 ;
4 )
get
i =
let i
let i =
} ; }
( let i
( let i =
for ( let i
] ) ;
| null
Math
Math .
) : void =>
, ]
: boolean
: void =>
: void => {
void =>
void => {
[ ] ) :
: string ,
false
return new
{ this
{ this .
) ; } else
; for ( let
$
$ {
a
key
instanceof
null ;
) ) ; }
=== 0
function
node .
obj
return {
x
1 ) {
= [ ]
= [ ] ;
length -
length ===
) ; } ;
. length -
. length ===
1 ,
( node
[ ] =
private
2 )
] = [
else if
else if (
return this
} else if
} else if (
} } ;
) ; } return
) : number
] :
) ; this
) ; this .
0 ; i
=> { if
=> { if (
i <
) +
b
; } export
[ ] = [
; } ; const
value )
string )
; i <
( ) ; }
; return {
: number ) :
number ) :
true
class
; } } ;
: string )
; if ( !
interface
) ) { throw
>=
; } else if
result
input .
public
+=
- 1 )
return this .
slice
( i
4 ) ;
1 ] ;
get (
. get
i = 0
let i = 0
, ) ; }
. get (
= 0 ; i
] ; if
] ; if (
typeof
0 ; i <
i = 0 ;
map
) => { const
} ) ; }
slice (
string |
, (
0 ) ;
Array
. size
. slice
. slice (
=== 1
name : string
export interface
map (
. map
. map (
export class
, ] ;
extends
{ if ( !
: string |
body
source
= {
? this
? this .
Map
, 0 )
map ( (
, } )
. map ( (
) { this
) { this .
=== 0 )
length >
. length >
( 0
v
value .
| undefined
set
) ; case
, 0 ,
4 ,
length - 1
( ) ,
) ) .
=== 0 ) {
0 ] ;
{ let
} } }
, i
- 1 ]
. length - 1
] !==
] ) ; }
length ) {
( a
!== 0
[ 0 ] ;
env
. length ) {
. value )
] = [ ]
( input
( ) ) .
string ;
2 ] .
=> (
[ 2 ] .
return [
string ) :
type ===
< string
length ) ;
0 ) ; }
; } )
] . type
i ) =>
n
set (
. length ) ;
default
: string ) :
; } } }
] , )
export function
false ;
type !==
> 0
args
. set
2 ) {
) { case
, this
, this .
if ( this
if ( this .
name ,
switch
switch (
undefined ;
void {
{ case
) : void {
. set (
. type !==
: void {
) => (
unknown
boolean ,
( name
) ; let
> =
Number
run
) : number {
8
: number {
> (
number {
( key
: boolean ,
} private
, i )
type ,
] ===
run (
+ 1
, i ) =>
< string ,
] *
] }
default :
} } else
! (
( value
) , ]`,
  python: `(
)
.
,
:
=
self
self .
) :
if
def
( self
return
[
]
None
( )
) if
self ,
( self ,
: return
) )
not
in
) def
name
: if
1
: self
: self .
is
else
raise
= None
else :
==
0
self )
= self
( self )
= self .
: raise
+
path
self ) :
( self ) :
for
) return
import
os
None :
try
try :
except
( self .
) self
) self .
os .
) ,
) : return
f
if not
and
) : if
-
b
False
value
= [
node
elif
%
return self
*
if self
if self .
args
len
) else
) except
True
None ,
is not
data
is None
len (
None )
) else :
isinstance
isinstance (
return self .
i
key
) : self
append
) : self .
is not None
not None
class
sys
append (
. append
. append (
, self
] )
from
is None :
- 1
or
, self .
is not None :
not None :
= None ,
] =
( name
) .
sys .
. path
line
= False
ValueError
[ ]
= (
path .
2
= True
{
}
node .
( ) :
cls
name )
s
. path .
) for
os . path
n
pos
os . path .
result
1 ]
as
msg
!=
name ,
: return self
__init__
= 0
filename
c
( f
: try
: try :
None ) :
[ 0
arg
0 ]
__init__ (
= [ ]
( ) )
) : raise
obj
str
[ 0 ]
''
raise ValueError
= os
= os .
] ,
file
name =
= None )
message
: return self .
, (
ValueError (
) elif
= None ) :
join
raise ValueError (
write
join (
write (
, name
self ) : return
a
( ) if
. join
, *
, None
. join (
. write
. write (
__init__ ( self
pass
% (
: raise ValueError
) if not
: pass
in self
1 :
+=
= {
, )
: raise ValueError (
( (
( ) def
1 )
func
print
print (
other
get
) try
) try :
if isinstance
if isinstance (
: if not
__init__ ( self ,
int
. name
: ]
[ :
: if self
get (
( node
source
: if self .
code
def __init__
def __init__ (
src
def __init__ ( self
r
TypeError
in self .
. get
) class
OSError
type
object
. get (
] if
exc
p
value )
**
args ,
e
while
) : return self
data )
0 :
return None
( ) .
{ }
) ) if
re
[ 1
format
( path
TypeError (
break
getattr
raise TypeError
raise TypeError (
, None )
) if self
) if self .
- 1 ]
getattr (
( ) self
x
( ) self .
<
) ) def
( data
( os
version
with
0 ,
path )
) ) :
False )
( b
0 )
) ==
+ 1
, **
( cls
close
return False
( obj
hasattr
hasattr (
list
node )
v
, node
else : return
__name__
( os .
* args
, value
flags
) and
m
bytes
encoding
module
k
not self
( src
close (
: raise TypeError
: raise TypeError (
kwargs
doc
not self .
= { }
continue
except OSError
stdout
: (
: return None
( name )
fd
) ) )
re .
= os . path
in (
tuple
. format
= 1
not in
>
format (
super
f .
if len
if len (
timeout
( object
1 ,
cookie
""
. format (
] def
super (
_file
type (
( name ,
: for
error
. _file
True )
fp
loop
self . _file
) except OSError
startswith
, path
not isinstance
not isinstance (
[ -
. close
None def
mode
startswith (
3
args )
( ) return
path ,
( value
) : if self
h
) : if not
: break
open
( [
None : return
cls ,
read
t
&
( node .
, 0
, str
. startswith
attr
params
src ,
. close (
] .
and not
group
split
( cls ,
. __name__
. startswith (
4
context
match
open (
split (
KeyError
file =
int (
stderr
( key
) return self
, b
. split
= False )
base
fullname
path =
. split (
) ) return
] for
read (
sock
super ( )
= b
doc =
environ
( s
lower
super ( ) .
) +
, name )
. lower
= True )
key )
typ
lower (
replace
( ) ,
( *
, key
. lower (
. lower ( )
[ i
f )
lines
lower ( )
node ) :
( self , name
) or
self , name
( filename
, pos
assert
fut
source .
( a
[ - 1
<=
None self
None self .
lineno
( path )
. path . join
. read
if not isinstance
if not isinstance (
path . join
path . join (
warnings
: def
None if
] ==
sep
) ]
, file
. read (
items
parts
value =
( src ,
) print
) print (
. value
[ 1 ]
domain
else : raise
item
str (
( data )
) [
, doc
: print
: print (
replace (
: return False
cls .
data =
self . write
) : try
) : try :`,
  ruby: `.
,
(
)
=
end
:
[
]
def
|
end def
::
if
end end
=>
] ,
-
nil
) end
name
/
{
, :
}
=> [
new
\\
. new
do
1
else
<<
do |
+
*
==
new (
self
when
class
return
. new (
[ :
0
unless
<
{ |
nil ,
self .
= nil
Gem
?
end end end
end end def
s
) if
options
true
path
&
each
] =
false
. each
raise
) end def
i
type
) .
[ ]
, nil
Gem ::
= [
result
size
) end end
( :
args
, nil ,
name ,
] .
value
&&
File
each do
each do |
. each do
. each do |
>
( name
then
spec
File .
] end
line
attr_reader
and
end class
%
attr_reader :
Bundler
||
) )
empty?
1 ]
n
. empty?
module
] )
initialize
map
def initialize
2
. size
case
- 1
def self
when :
other
def self .
block
options [
) do
key
rescue
private
!
[ 0
require
~
join
val
Type
= true
, [
. join
. name
= [ ]
) ,
+=
/ \\
. map
location
require_relative
options [ :
) }
Bundler .
d
klass
elsif
str
) return
begin
) {
text
version
, &
} end
$
e
^
RDoc
= {
super
end if
to_s
end private
def initialize (
initialize (
v
||=
= false
RDoc ::
) else
env
{ }
@line
( /
) do |
name )
( ?
1 )
\\ s
( *
string
end end class
nil )
a
opt
Reline
[ i
. nil?
nil?
x
msg
private def
= ~
w
end def self
ty
( &
;
end def self .
= (
or
data
include
, -
arg
0 ]
join (
method
block )
. join (
& block
source
nil , nil
end end end end
Reline ::
Net
[ 0 ]
q
spec .
scratch
, nil , nil
yield
= { }
nil , nil ,
. to_s
Net ::
other .
& block )
i ]
width
] [
= 0
attr_accessor
end private def
r
uri
m
next
token
1 ,
message
nil end
is_a?
. is_a?
byte_size
first
, *
: nil
file
k
( name ,
b
Type ::
[ 1
[ i ]
. is_a? (
is_a? (
match
end else
A
f
t
include?
* args
attr_accessor :
c
] , [
comment
opts
- 1 ]
!=
encoding
map {
result =
. map {
. class
state
map { |
obj
. map { |
s *
] end def
""
. include?
''
( name )
( path
? :
\\ s *
@byte_pointer
] if
ep
) when
true end
} .
/ ^
puts
while
last
dup
. first
[ 1 ]
p
args )
===
match (
@
the
( ? :
= Gem
location :
ret
target
_
Gem .
=> :
member
alias
name ]
respond_to?
z
+ 1
q .
) end end end
. dup
break
, 1
full_name
ui
~ /
= nil )
+ )
== :
, location
gem
src
type_name
"\\n"
) { |
) /
list
set
= :
\\ A
index
s .
, ep
= ~ /
( \\
) end end def
Type .
j
, name
include? (
. last
: name
= File
context
ep ,
: type
| s
} end def
= File .
| name
. respond_to?
Array
hash
path )
( val
, location :
end end end def
length
name =
( key
) raise
..
lead_tys
mod
ui .
) \\
each {
split
current
opt .
( [
content
| if
/ \\ A
= Gem ::
o
scratch .
. include? (
. split
each { |
host
true )
. ui
req
self . class
) unless
. each {
0 ,
false )
String
out
: [
false end
$1
delete
path ,
ed_unassigned
, ep ,
. each { |
: ed_unassigned
Bundler . ui
] end end
name :
, env
. ui .
Bundler . ui .
output
respond_to? (
} )
, options
: ed_unassigned ,
ed_unassigned ,
methods
node
, : ed_unassigned
: ed_unassigned , :
IRB
ed_unassigned , :
) ?
, : ed_unassigned ,
\\ d
push
key ,
) ]
] ||
io
. length
split (
. split (
Markup
aargs
result end
) &&
-=
:: Markup
ArgumentError
args .
defined?
mbchar
% w
) result
0 )
4
= options
h
, & block
, 1 ,
RDoc :: Markup
= nil ,
* args )
when /
. respond_to? (
path =
to
( self
= true end
. push
/ )
File . join
ctn
freeze
. type
: ,
:: Markup ::
Markup ::
RDoc :: Markup ::
dep
kind
| value
] ]
byte_pointer
inspect
print
type ,
warn
. delete
( & block
( & block )
, result
command
options .`,
  go: `(
)
,
.
=
}
{
:
if
return
:=
[
]
0
*
) }
( )
err
func
p
nil
) {
!=
) ,
uint32
) )
} func
case
{ return
==
r
) if
1
s
i
c
p .
, 0
&
} }
int
+
func (
uintptr
string
[ ]
nil {
} if
_
n
0 {
} return
, err
b
( p
!= nil
-
{ if
len
;
c .
_ ,
uintptr (
len (
x
!= nil {
e1
0 ,
) (
} func (
error
t
for
var
} ,
0 )
byte
&&
, uintptr
, uintptr (
: return
d
uint32 (
) case
, 0 ,
return }
v
r .
4
a
, 0 )
unsafe
unsafe .
Pointer
. Pointer
err !=
( s
unsafe . Pointer
err != nil
, {
} , {
uint32 =
] )
err != nil {
err =
error )
!= 0
if err
int64
uint64
nil { return
s .
] byte
w
true
type
2
error ) {
fmt
fmt .
<<
) } func
opset
opset (
<
!= 0 {
) ;
) } return
d .
( p .
0 , 0
r0
m
!
!= nil { return
( c
, uint32
else
} else
, uint32 (
err :=
||
) return
t .
, 0 , 0
) , uintptr
) , uintptr (
. Pointer (
Pointer (
unsafe . Pointer (
ctxt
bool
) } }
, r
, _
ldr
int ,
( &
Reg
. Reg
err error
obj
e
struct
struct {
( ) {
size
nil ,
) opset
) opset (
[ ] byte
0 ]
f
|
false
range
name
:= range
>
[ 0
return nil
) if err
""
buf
err error )
( *
uint8
if err !=
) } if
obj .
err }
err error ) {
r )
if err != nil
[ 0 ]
int32
) ) }
Type
[ i
8
( unsafe
( unsafe .
To
, nil
ldr .
. To
else {
} else {
- 1
nil }
r0 )
0 , 0 )
( unsafe . Pointer
( x
_p0
) if err !=
: ]
( r
path
fd
return } func
typ
} return }
a1
const
] =
{ err
, _ ,
} type
h
b .
switch
( b
== 0
i ]
{ err =
ctxt .
as
int )
if !
} case
== nil
) ) ,
Errno
. To .
To .
0x0
1 ]
p . To
, err :=
as :
) } return }
, a1
append
append (
string )
From
a6
{ case
} return } func
) , uint32
) , uint32 (
. From
int64 (
Errno (
ok
1 )
= Errno
= Errno (
) , 0
) .
, a6
int (
p . To .
, a1 :
, a6 :
a1 :
a6 :
out
0 { err
0 { err =
[ i ]
( ) }
. Reg )
Reg )
if e1
} var
!= 0 { err
) if e1
, r )
e1 !=
e1 :=
if e1 !=
) if e1 !=
, e1
, e1 :=
e1 != 0
e1 != 0 {
if e1 != 0
, _ , e1
_ , e1
_ , e1 :=
) { if
e1 )
errnoErr
errnoErr (
( ) )
( e1
( e1 )
( e1 ) }
= append
= append (
= errnoErr
= errnoErr (
= errnoErr ( e1
e1 ) }
e1 ) } return
err = errnoErr
err = errnoErr (
errnoErr ( e1
errnoErr ( e1 )
{ err = errnoErr
uint64 (
C_REG
0x1
: C_REG
] ,
string ,
{ return nil
w .
( err
s )
os
( v
for _
for _ ,
== nil {
[ :
if len
uintptr ( unsafe
uintptr ( unsafe .
if len (
++
0 ) case
os .
) { return
) } func (
, 0 ) case
uint32 ( p
uint32 ( p .
p )
. Type
op
data
) *
> 0
return nil ,
p . From
, r0
, r0 )
, uint32 ( p
( c .
) } else
== 0 {
. Fprintf
. Fprintf (
Fprintf
Fprintf (
fmt . Fprintf
fmt . Fprintf (
; i
{ var
sym
+=
( fd
31
: if
, size
) <<
_ , _
l
0x2
= 0x1
, }
( s )
) for
j
, uintptr ( unsafe
; err
OPVCC
OPVCC (
) ; err
) ==
, r ) opset
: C_REG ,
C_REG ,
r ) opset
r ) opset (
for i
uint16
[ 1
uint8 (
<=
) ) )
. From .
From .
{ return nil ,
( err error
( err error )
/
objabi
e .
package
objabi .
strings
. Reg ) ,
Reg ) ,
true }
( n
strings .
) func
{ return }
) ( err
a .
, p
) } else {
_ , _ ,
asm
{ }
) ( err error
return OPVCC
return OPVCC (
: return OPVCC
: return OPVCC (
= 0
. To . Reg
To . Reg
, err }
) bool
} } func
byte )
p . From .
sym .
string {
( path
3
As
, 1
m .
; err !=
; err != nil
Sym
) ; err !=
. As
) >
> 0 {
= 0x2
false }
make
make (
bool {
( ) if
return &
+ 1
. Sym
, r0 ) opset
r0 ) opset
r0 ) opset (
) -
dst
n .
x .
>>
break
( t
, s
0 ) if
] string
} )
, err =
y
) bool {
, 0x0
, nil }
, n
loader
type_
0x4
4 ,
i :=
) error
) +
] byte )
panic
panic (
( d
return false
, 0 ) if
io
( p )`,
  rust: `)
(
,
.
::
{
}
;
self
( )
:
<
=
&
>
) ;
self .
_
fn
) )
[
]
->
) ->
mut
let
( &
} }
) .
pub
) }
!
#
# [
) ,
; }
& mut
) {
use
crate
! (
T
) ]
=>
& self
impl
{ self
> {
|
Self
( & self
{ self .
( ) .
self ,
std
) ; }
( ) ;
self )
: &
std ::
( ) )
; let
{ let
if
, }
pub (
*
'
} pub
for
) ) ;
} impl
; use
( self
< T
0
self ) ->
new
usize
Some
Some (
( crate
new (
pub fn
} ;
( & mut
) } }
( crate )
crate )
pub ( crate
pub ( crate )
> ,
) =>
} #
} # [
mut self
I
Result
( ) {
] pub
fmt
( ) ,
:: new
) ; let
:: new (
crate ::
cfg
cfg (
+
T >
use std
use std ::
} } impl
& mut self
feature
F
feature =
a
( & mut self
[ cfg
[ cfg (
Option
Option <
& self )
( & self )
# [ cfg
# [ cfg (
} fn
Result <
< '
let mut
impl <
& self ) ->
:: Result
& self ,
( & self ,
) fn
=> {
, )
>>
{ fn
inner
None
} } }
; use std
; use std ::
) ) }
( ) }
> )
Item
use crate
use crate ::
: & mut
1
= self
< T >
= self .
' _
} )
( |
where
( ) ) ;
} impl <
; } }
( crate ) fn
crate ) fn
iter
bool
< ' _
> (
} pub fn
) ] pub
( feature
( feature =
f
fmt ::
Ok
Ok (
Self ::
( self .
) ) ]
len
; if
match
} pub (
struct
$
$ (
mut self ,
Self {
Debug
_ >
) ) )
) => {
) } pub
:: {
> where
return
' _ >
< ' _ >
) =
; #
; # [
; self
{ if
] #
else
} else
< I
> ) ->
, } }
) -> Self
-> Self
b
) } } impl
s
) ; } }
as
, {
len (
) ) ; }
; pub
} pub ( crate
) { let
else {
} else {
. len
: usize
-> Option
-> Option <
:: Item
) -> Option
) -> Option <
mod
) , }
} } impl <
< &
) -> Self {
-> Self {
len ( )
||
) *
T > {
] # [
, &
derive
. len (
. len ( )
& mut self ,
# [ derive
# [ derive (
[ derive
[ derive (
derive (
?
mut self )
t
( ) ; let
; let mut
{ pub
( (
super
) ] #
) ; if
; use crate
; use crate ::
. 0
] )
i
< (
inner .
& mut self )
) } fn
) -> bool
-> bool
. inner
] fn
; self .
==
Clone
. iter
Err
{ let mut
) ; self
inline
next
) ) .
] pub fn
n
{ }
c
} } #
} } # [
if let
, F
>> {
Err (
true
} } pub
T :
false
cfg ( feature
cfg ( feature =
! [
type
{ #
bool {
) -> bool {
-> bool {
map
..
Vec
let Some
let Some (
< T > {
{ # [
; fn
# [ inline
[ inline
Self >
name
< Self
> { self
I ,
id
( ) } }
new ( )
, ) ->
> { self .
) } pub fn
Iterator
impl < T
in
value
( _
. map
_ )
map (
. map (
usize ,
) ) ,
str
. inner .
if let Some
if let Some (
, T
[ cfg ( feature
doc
< usize
all
) ] # [
< ( )
# [ inline ]
[ inline ]
inline ]
! {
all (
state
{ return
String
const
_ > )
not
( ) ) }
& self .
T ,
' _ > )
_ > ) ->
( self )
) >
not (
) } #
) } # [
Error
} # [ cfg
) { self
) { self .
mut self ) ->
pub struct
self . 0
static
' a
} ; use
( ) ->
) } )
Debug )
test
& '
Debug ) ]
) ; let mut
} ) ;
start
usize )
) -> &
-> &
x
:: new ( )
iter (
Result < (
Sized
Vec <
I :
a ,
[ cfg_attr
[ cfg_attr (
cfg_attr
cfg_attr (
. iter (
e
( mut
, f
clone
clone (
) . map
) . map (
Item =
& [
; # [ cfg
) ; self .
:: <
0 .
. map ( |
map ( |
{ type
< & mut
( ) { let
( ) ; }
) ) } }
) , } }
} impl < T
{ match
v
> { fn
] ,
. clone
. clone (
. clone ( )
clone ( )
; (
Result < ( )
, } impl
. 0 .
F :
] pub struct
0 )
match self
usize >
f :
( ||
} ) }
next (
self ) -> Option
( Debug
[ derive ( Debug
derive ( Debug
S
u32
< usize >
] ;
{ (
> { let
pub use
< I ,
' static
: bool
vec
where I
where I :
: Option
: Option <
( self ,
fmt (
| {
} } } impl
assert
assert !
assert ! (
( not
( not (
I >
if self
if self .
{ use
self ) {
unwrap
( 0
unwrap (
1 )
( mut self
* )
Self :: Item
} # [ derive
( ) ) )
< T :
) ?
? ;
get
Clone ,
. unwrap
. unwrap (`,
  java: `(
)
.
;
,
{
}
) ;
) {
; }
( )
<
final
=
) ; }
return
>
public
{ return
) { return
) )
; import
import
static
int
if
if (
( ) ;
@Override
V
( ) {
} }
( final
} @Override
[
]
@Override public
new
; } }
} public
String
?
java
java .
; } @Override
} @Override public
) .
; import java
; import java .
import java
import java .
, V
) ) ;
private
, final
; } public
( ) )
this
0
public static
V >
extends
( ) ; }
Object
; } @Override public
null
i
==
boolean
) ; } }
void
( ) { return
+
< ?
T
E
{ if
{ if (
) ; } @Override
[ ]
, V >
. util
. util .
util
util .
( ) .
) ) ; }
value
length
java . util
java . util .
) { if
) { if (
} public static
) ; } public
import java . util
long
this .
) ,
} return
) ) {
; return
final int
class
1
:
static final
; if
; if (
; } public static
final String
null )
>>
( ) ) ;
private static
IOException
. length
< E
; } return
) throws
throw
throws
) ; return
} private
E >
super
public void
( int
) ; if
) ; if (
< T
; public
throw new
{ throw
for
for (
== null
0 ;
= new
null ) {
; private
collect
. collect
( ) ,
-
size
) { throw
. io
< E >
io
false
array
} if
} if (
append
buffer
!=
. io .
io .
{ throw new
e
T >
? >
; i
) throws IOException
throws IOException
; } if
; } if (
) { throw new
; } private
0 )
append (
> (
IOException {
) throws IOException {
throws IOException {
= 0
org
org .
else
} else
true
result
{ this
return new
= 0 ;
static <
( (
== null )
package
) ; } return
value )
++
&&
< V
< ? >
) { this
{ final
; import static
import static
private static final
get
get (
; } else
!
== null ) {
Collection
public boolean
( ) ) {
} private static
private final
List
< T >
Object >
; for
; for (
? extends
char
, final int
false ;
entry
protected
try
Class
; final
final long
Set
java . io
java . io .
import java . io
toString
Class <
Collection <
return this
try {
{ this .
) ) )
index
; this
; this .
values
@Override public void
byte
c
{ return new
toString (
= (
File
public static <
) { this .
0 ) {
] )
. get
. get (
equals
this ;
) ) { return
||
@Override public boolean
< >
< > (
instanceof
} } @Override
public static final
equals (
this ; }
( !
( final String
) { return new
) ; } private
- 1
add
; } } @Override
b
public int
add (
false ; }
iterator
e )
List <
final boolean
. append
. append (
for ( int
? super
return this ;
return this ; }
return (
catch
catch (
} catch
} catch (
else {
} else {
, int
) { final
1 )
; } private static
{ }
!= null
{ private
} @Override public void
int i
if ( !
Set <
i =
; public static
} @Override public boolean
length )
return false
return false ;
*
return false ; }
Class < ?
int i =
; } catch
; } catch (
< V >
} } }
str
@SuppressWarnings
@SuppressWarnings (
input
synchronized
) public
null ;
> {
map
( value
< ? super
; } else {
true ;
++ )
[ i
1 ;
> )
< ? extends
buffer ,
; int
L
] ;
toString ( )
++ ) {
} } @Override public
( int i
i ]
i <
len
( int i =
; public static final
@Override public int
for ( int i
length (
i ++
, ?
offset
builder
) ; } else
; i <
} } return
object
. add
. add (
[ i ]
length ( )
( ) ) )
) ; } catch
synchronized (
count
) { }
. equals
. concurrent
. equals (
Objects
concurrent
; } } }
implements
) ; public
) ; final
put
put (
. length (
; i ++
; import org
; import org .
import org
import org .
; private final
. class
i ++ )
next
Iterator
} ,
i ++ ) {
; i ++ )
double
static void
0 ,
{ synchronized
{ synchronized (
. length ( )
) { synchronized
) { synchronized (
} @Override public int
i = 0
i = 0 ;
; for ( int
obj
int i = 0
true ; }
final char
size (
start
{ @Override
0 ; i
case
} } public
; } } return
final Object
. util . concurrent
util . concurrent
Class < ? >
Throwable
public class
} public static <
size ( )
super .
{ try
byte [
+=
>=
= 0 ; i
R
( buffer
) ; public static
. concurrent .
0 ; i <
concurrent .
{ return false
{ return false ;
{ super
abstract
) ; } if
) ) ) ;
. put
. put (
{ return (
} final
null ) { return
) ; for
) ; for (
{ int
) ) .
while
while (
; } } public
IllegalArgumentException
) { return false
&
byte [ ]
{ try {
) { return (
< String
util . concurrent .
] =
final class
} static
null ; }
Iterator <
> extends
...
} ;
Integer
value ) {
. lang
. lang .
java . lang
java . lang .
lang
lang .
) { super
. toString
e ) {
( this
; } final
IllegalArgumentException (
new IllegalArgumentException
new IllegalArgumentException (
. toString (
throw new IllegalArgumentException
throw new IllegalArgumentException (
> ,
else if
else if (
Objects .
value ) ;
hash
hashCode
of
of (`,
  c: `,
(
)
;
) ;
=
}
{
->
*
; }
) {
if
if (
0
.
1
#
) )
[
]
c
return
int
; if
; if (
&
-
) ; }
==
NULL
i
char
else
0 ;
( c
- 1
void
, 0
char *
1 ,
; return
) ; if
) ; if (
0 ,
= 0
p
unsigned
} else
) ,
c ->
c ,
= 0 ;
2
, 0 ,
long
) ) ;
:
!
+
++
( (
j
<
, -
&&
; } else
( c ,
0 )
{ if
{ if (
1 )
, &
!=
# define
define
) ; return
, NULL
} }
( !
1 ;
) { if
) { if (
argv
NULL )
( &
if ( !
) ==
( )
; int
) ) {
, - 1
static
>
, (
b
, 1
) return
; } }
- 1 ,
ptr
const
s
x
argv [
, - 1 ,
} if
} if (
len
else {
0 , 0
} else {
, 0 , 0
else if
else if (
# endif
endif
case
0 , 0 ,
unsigned char
struct
size_t
( unsigned
a
; } if
; } if (
= (
flags
break
break ;
* )
line
} else if
} else if (
buf
; } else {
NULL ,
o
) ; } else
, int
3
] .
include
# include
\\
; #
0 ]
[ 0
[ 0 ]
] =
||
, {
} ,
] ,
[ i
unsigned char *
1 , -
} , {
1 , - 1
- 1 , -
} static
1 ]
void *
( p
sizeof
sizeof (
( ) ;
, NULL ,
const char
i ]
; i
] ;
value
, 1 ,
argc
for
for (
} void
; } else if
[ i ]
++ ;
, c
NULL ;
while
while (
key
unsigned long
; } static
] )
{ return
; case
+=
const char *
) ) )
== 0
) #
, NULL )
, 2
} #
1 ) ;
4
- 1 )
assert
; if ( !
return ;
data
assert (
name
( c ->
; } void
( *
, ( unsigned
# endif #
endif #
) !=
val
= 1
) { return
++ )
block
c )
) ; } }
; } #
[ 1
# ifdef
1 ; }
goto
ifdef
long )
; for
; for (
[ 1 ]
== 0 )
state
) ) ; }
return 0
2 ,
+ 1
return 0 ;
k
= 1 ;
blk
op
== NULL
h
[ j
i =
; while
; while (
# include <
d
include <
?
if ( (
( int
( x
. h
. h >
h >
break ; case
; j
flags &
( a
err
n
r
0 ; }
; break
; break ;
) (
, 2 ,
( void
j ]
, const
0 ) {
char * )
) ; int
0 ) ;
2 )
[ j ]
ctx
( unsigned char
} int
( o
{ int
( unsigned long
> #
e
long long
. h > #
h > #
2 ]
} return
++ ) {
-> flags
) *
ri
( unsigned char *
) =
- 1 ;
* c
count
( i
= NULL
, 0 )
a ,
( unsigned long )
unsigned long )
>=
; } int
|
b )
= NULL ;
len )
; unsigned
NULL ) ;
, 1 )
return ; }
, ( unsigned long
5
== NULL )
printf
) { int
, size_t
printf (
uint64_t
v
start
y
1 , 1
u
db
; assert
; assert (
] ->
, 1 , 1
de
) , (
double
buf ,
NULL ) {
p ,
] ) ;
next
; } return
> # include
) ; #
1 , 1 ,
h > # include
ptr )
) ; } #
# else
bc
!= NULL
; else
end
) &&
) ; } void
} ;
; # endif
; void
**
( s
( argv
p )
<=
( buf
, const char
size
a )
( char
, sizeof
, sizeof (
* p
; return ;
break ; }
) ; assert
) ; assert (
2 , 2
= *
) == 0
, 2 , 2
; return ; }
else if ( !
>>
# ifndef
ifndef
( j
2 , 2 ,
ret
<<
i <
> # include <
{ (
( struct
i ++
o ->
s ,
( char *
si
) ; return ;
, *
[ 2
static void
) ) ==
return 1
, 4
return 1 ;
static int
, 3
defined
, 1 ) ;
[ 2 ]
} } else
b ,
l
) # define
/
s ->
!= NULL )
, 0 ) ;
, NULL ) ;
, const char *
; if ( (
; char
p =
) == 0 )
, b
res
; i ++
; i <
key ,
) ) return
0xFF
; p
( const
NULL , NULL
j =
( argv [
fd
, NULL , NULL
) ; } if
8
; \\
( b
4 ,
== -
i = 0
rv
== - 1
t
return NULL
return NULL ;
unsigned int
( a )
) ; } static
= {
j ++
i = 0 ;
++ ; }
value )
|=
0 ; i
level
0 ; if
0 ; if (
return 0 ; }
; } } else
i ++ )
-> flags &
name )
) return 0
) return 0 ;
--
; static
continue
continue ;
{ *
, 4 ,
; i ++ )
return 1 ; }
( c )
) return ;
) ; while
) ; while (
== - 1 )
* s
10
74
key )
3 )
state ->
= 0 ; i
c ) {
x )
, 74
3 ,
ptr ;
) +
) ; void`,
  cpp: `(
)
;
,
) ;
{
}
( )
=
::
; }
) {
.
->
*
) )
&
const
if
if (
<
) ; }
) ) ;
return
0
std
std ::
( ) ;
int
#
i
[
]
>
( ) )
) ,
1
; if
; if (
:
void
string
# include
include
==
:: string
std :: string
s
} }
( const
char
( ) ) ;
, &
<<
} ,
, {
bool
0 ;
} , {
; return
ASSERT_EQ
ASSERT_EQ (
++
+
) ) {
size
, const
false
; ASSERT_EQ
; ASSERT_EQ (
= 0
; } }
= 0 ;
n
; i
0 )
) ; ASSERT_EQ
) ; ASSERT_EQ (
true
) ; if
) ; if (
size (
size ( )
} void
{ return
for
for (
char *
-
( &
state
( ) ,
!
( int
( ) ; }
!=
size_t
NULL
. size
. size (
. size ( )
else
{ if
{ if (
; std
; std ::
const char
; } void
( !
[ i
data
static
i ]
const char *
) ) ; }
nullptr
r
&&
[ i ]
) ; return
} ;
# include <
include <
1 )
> (
case
delete
result
false ;
> #
key
) { if
) { if (
++ )
; for
; for (
> # include
( ) {
v
} else
) return
( ) ) {
] ;
) ; } }
c
) const
true ;
iter
ASSERT_TRUE
ASSERT_TRUE (
status
) { return
i =
; } else
if ( !
p
, int
t
] =
NULL )
a
; ASSERT_TRUE
; ASSERT_TRUE (
i <
text
1 ,
2
uint64_t
) ) ; ASSERT_EQ
; int
const std
const std ::
id
options
( 1
; i <
data (
data ( )
) ==
++ ) {
) <<
- 1
i ++
> # include <
; i ++
b
0 ; i
class
; i ++ )
i ++ )
i = 0
i = 0 ;
) ; ASSERT_TRUE
) ; ASSERT_TRUE (
for ( int
= 0 ; i
} if
} if (
vector
) ; } void
break
break ;
. data
0 ; i <
public
( 0
. data (
. data ( )
0 ]
[ 0
[ 0 ]
f
return false
return false ;
override
s .
static_cast
static_cast <
; const
( s
) ->
) ; std
) ; std ::
uint32_t
; bool
ok
else {
} else {
State
] .
:: vector
:: vector <
std :: vector
std :: vector <
vector <
nullptr )
) =
; case
] )
{ std
{ std ::
str
int i
const std :: string
; } ;
override {
+=
ok (
ok ( )
( int i
; std :: string
# endif
; static
endif
; } if
; } if (
i ++ ) {
) const {
const {
new
value
+ 1
; } else {
< int
int >
} return
{ }
( ) const
level
, 0
= (
size ( ) )
] ,
; void
1 ;
0 ) ;
:: string &
std :: string &
string &
namespace
. ok
. ok (
. ok ( )
int i =
0 ,
buf
1 ) ;
( std
( std ::
) { std
) { std ::
end
( int i =
) override
for ( int i
sizeof
( *
) ; for
) ; for (
assert
= true
= true ;
) .
* >
0 ) {
""
assert (
; for ( int
ok ( ) )
||
"foo"
< int >
state ,
) +
& state
Arg
benchmark
~
T
j
} bool
) :
, true
:: State
; if ( !
== 0
, std
, std ::
state )
( 1 ,
State &
benchmark ::
benchmark :: State
# define
define
public :
( benchmark
( benchmark ::
( benchmark :: State
) ) )
:: State &
benchmark :: State &
; break
; break ;
state ) {
void *
return true
return true ;
while
while (
iter ->
:: State & state
State & state
( 0 )
TEST
TEST (
int i = 0
) { }
size ( ) ;
string >
( ) ==
s =
h
( const std
( const std ::
( state
= new
( size_t
) override {
100
else if
else if (
( (
; } bool
sizeof (
; } return
} } }
& )
{ public
{ public :
, size_t
name
( "foo"
text ,
) &&
) ; } else
{ const
. c_str
. c_str (
. c_str ( )
<=
c_str
c_str (
c_str ( )
, false
n )
struct
i )
private
private :
start
true ; }
) ) ; ASSERT_TRUE
n ,
} int
1 ]
) ; i
>=
append
append (
**
false ; }
( i
Options
= false
= false ;
10
input
} else if
} else if (
& ) =
empty
begin
( ) const {
, const char
} TEST
} TEST (
( s .
; #
) ; void
) = delete
) = delete ;
= delete
= delete ;
delete ;
4
& ) = delete
) return false
) return false ;
, 1
] ) ;
3
( ) ; if
< std
< std ::
Iterator
, (
, const char *
; delete
v )
data ( ) ,
{ int
== 0 )
dst
= &
[ ]
empty (
k
options_
) const { return
; class
const { return
false )
s )
uint8_t
; } else if
dest
empty ( )
( const char
, 0 )
8
for ( size_t
template
template <
break ; }
max
( c
( const char *
return false ; }
size_
x
& state )
const int
fprintf
fprintf (
:: string *
it
long
s ;
std :: string *
str ,
string *
|
: case
out
{ std :: string
( state ,
) ; i ++
) [
ToString`,
  php: `(
)
;
->
,
{
}
=
) ;
$this
; }
$this ->
) {
[
]
\\
( )
) )
if
if (
.
) ; }
function
return
::
:
) ) {
public
) :
public function
] )
use
} }
string
; use
; if
; if (
?
null
{ return
new
} public
( $this
( $this ->
=>
; } public
} public function
{ if
{ if (
{ $this
{ $this ->
!
( ) ;
] ;
; } public function
; } }
===
[ ]
} if
} if (
) ,
) ) ;
) ; if
) ; if (
] =
= $this
= $this ->
&&
) { return
( !
true
; } if
; } if (
( ) )
private
false
) { $this
) { $this ->
) { if
) { if (
if ( !
; $this
; $this ->
array
0
$name
as
= [
} return
foreach
foreach (
1
return $this
self
] ) )
protected
( string
) .
( ) :
$input
return $this ->
) ; } }
; } return
<
] ,
self ::
!==
isset
isset (
= [ ]
] [
bool
] ) ) {
) ->
; return
throw
) ) ; }
= null
, $this
] ) ;
[ ] ;
, $this ->
InputOption
) ; $this
) ; $this ->
) ; } public
Console
\\ Console
Symfony
Symfony \\
; private
Component
Component \\
Symfony \\ Component
Symfony \\ Component \\
\\ Component
\\ Component \\
Console \\
\\ Console \\
) &&
= [ ] ;
$output
; public
{ return $this
{ return $this ->
throw new
''
) : void
: void
void
= new
Component \\ Console
\\ Component \\ Console
; foreach
; foreach (
Component \\ Console \\
] ; }
static
( ) ; }
) ; } if
writeError
writeError (
{ throw
-> writeError
-> writeError (
) : void {
: void {
void {
[ ] =
( ) ,
) { throw
true )
$e
) ; return
else
else {
} else
} else {
) ) { return
; use Symfony
; use Symfony \\
null ,
use Symfony
use Symfony \\
$input ->
$url
use Symfony \\ Component
new \\
{ throw new
( ) ) {
, string
) { throw new
getName
getName (
getName ( )
, true
) ) )
; public function
null )
} } }
-> getName
-> getName (
-> getName ( )
1 )
static function
int
string {
||
} private
; } else
; } else {
) ) { $this
false ;
{ if ( !
null ;
php
true ;
) ; } return
throw new \\
sprintf
sprintf (
( null
( isset
( isset (
private function
protected function
} private function
? php
namespace
$match
< ?
< ? php
( ) ->
class
, ?
, new
= false
$command
$options
instanceof
; protected
>
if ( $this
if ( $this ->
( ) ) ;
) : array
: array
; } private
) ]
array {
if ( isset
if ( isset (
$name )
$file
) : string
: string
; if ( !
] ) ; }
} $this
} $this ->
$type
{ throw new \\
} protected
$result
false )
} protected function
( array
getOption
getOption (
= 1
, true )
-> getOption
-> getOption (
; } } }
= true
) : string {
: string {
; } private function
$input -> getOption
$input -> getOption (
) : array {
: array {
1 ) ;
? string
( $name
$value
$message
, null
count
} if ( !
count (
) , new
function (
$data
if ( null
, null ,
$key
) ) { throw
'/'
; } $this
; } $this ->
; } protected
; class
) ===
; } protected function
InputOption ::
true ; }
) ?
= 1 )
( ) ; if
( ) .
, ]
. $this
. $this ->
( [
) : bool
: bool
$version
= 1 ) ;
{ foreach
{ foreach (
-
$match [
$matches
, InputOption
, InputOption ::
( $input
) ; } else
bool {
get
( \\
, bool
= null )
InputOption (
new InputOption
new InputOption (
) : bool {
: bool {
get (
( ) {
, array
elseif
elseif (
} elseif
} elseif (
) as
continue
-> get
-> get (
RuntimeException
write
write (
1 ]
2
false ; }
$output )
) { return $this
} } if
} } if (
[ 0
) , new InputOption
, new InputOption
, new InputOption (
0 ]
[ 0 ]
__construct
__construct (
continue ;
continue ; }
= true ;
, [
-> write
-> write (
OutputInterface
[ $name
! $this
! $this ->
\\ RuntimeException
] ; foreach
] ; foreach (
&& !
0 ;
: void { $this
[ 1
void { $this
void { $this ->
( sprintf
( sprintf (
$name ,
) ) { if
( ) ]
. =
0 )
[ 1 ]
process
$name ]
) : ?
: ?
isset ( $this
isset ( $this ->
; } elseif
; } elseif (
! isset
! isset (
= null ;
[ $name ]
} } return
RuntimeException (
) ; foreach
) ; foreach (
/
return false
static function (
) ||
VALUE_NONE
:: VALUE_NONE
= false ;
, InputOption :: VALUE_NONE
InputOption :: VALUE_NONE
const
:: VALUE_NONE ,
InputOption :: VALUE_NONE ,
VALUE_NONE ,
) { foreach
) { foreach (
null ; }
null ===
$e )
return false ;
return false ; }
??
\\ RuntimeException (
new \\ RuntimeException
new \\ RuntimeException (
string { return
case
throw new \\ RuntimeException
[ ] ; foreach
) ) ) {
true ,
( false
break
( ) : array
public static
( ! isset
( ! isset (
true ) ;
'version'
) ; } $this
InvalidArgumentException
break ;
( null ===
empty
empty (
, null , InputOption
null , InputOption
null , InputOption ::
$option
if ( ! isset
public static function
extends
function __construct
function __construct (
if ( null ===
unset
$url )
public function __construct
public function __construct (
unset (
( ) as
; } } if
null ) {
strpos
strpos (
( ?
] ) &&
$val
) ) ) ;
, $output
Input
implode
implode (
( ! $this
( ! $this ->
foreach ( $this
foreach ( $this ->
$matches [
( $input ->
Command
Console \\ Input
Exception
\\ Console \\ Input
\\ Input
$data [
execute
execute (
'name'
$input ,
+
] .`,
  lua: `(
)
,
=
.
end
local
then
if
return
..
:
function
) end
[
]
) local
{
}
) if
==
end end
not
1
then return
end local
name
= {
if not
nil
err
end function
self
true
or
do
i
( )
) return
end return
, err
) )
] =
for
type
end if
{ }
and
) if not
nil ,
return nil
else
) ==
type (
ok
require
args
s
= { }
return nil ,
table
t
in
= require
) do
table .
then return nil
path
local function
) then
1 ,
require (
then return nil ,
self .
v
= require (
res
#
= true
assert
file
assert (
+
k
dir
name ,
) end end
) assert
) assert (
err =
match
"string"
) :
end local function
args .
_
, err =
0
) ,
insert
. insert
table . insert
then local
: match
( type
( type (
} local
} ,
_ ,
insert (
. insert (
table . insert (
function (
path .
( name
f
assert ( type
assert ( type (
false
2
match (
~=
end end end
true end
) ..
+ 1
dir .
ipairs
gsub
ok ,
gsub (
: match (
== "string"
) == "string"
) end function
true ,
: gsub
: gsub (
filename
) end local
...
in ipairs
sub
( 1
ipairs (
elseif
in ipairs (
do local
( self
( 1 ,
( s
return true
, [
nil , err
return nil , err
cmd
a
err end
i =
ok , err
for _
[ i
{ } local
-
ok then
( t
line
for _ ,
sub (
val
= true ,
... )
i ]
[ i ]
) end return
>
url
= { } local
, {
end end return
source
""
= 1
, err end
end end function
n
( name ,
not ok
) end if
then if
do if
not ok then
if not ok
local ok
: sub
: sub (
if not ok then
) if not ok
return true end
) else
) ) end
end end local
nil , err end
ok then return
pos
key
buf
d
value
] = true
ok , err =
pairs
"string" )
local ok ,
not ok then return
for i
) do if
s ,
1 )
concat
, v
io
( file
end end if
fun
, ...
arg
} for
pairs (
t )
else return
write
2 )
in pairs
in pairs (
1 ]
find
format
name )
ok then return nil
t ,
] then
local ok , err
tbl
( s ,
write (
. path
. source
) for
s )
) or
, ... )
= dir
= dir .
if type
if type (
file )
io .
data
read
return false
) then return
= 1 ,
concat (
end if not
format (
src
end for
err ,
} )
( args
opts
self :
tostring
iter
parser
read (
{ } for
end else
: write
option
: write (
for i =
0 then
p
= function
= function (
flag
, name
. name
= { } for
"table"
) do local
dest
( ) if
<
, }
- 1
. concat
nil end
os
argument
query
( filename
c
files
k ,
table . concat
tostring (
, err ,
and not
( t )
[ k
[ k ]
idx
k ]
( self .
] = true ,
i2
"/"
, 1
close
= true , [
error
i = 1
os .
true , [
) end local function
] )
i1
unpack
} end
] ,
( buf
, args
= path
fn
res =
s :
"" )
( 2
( t ,
. concat (
: find
find (
} , {
= path .
b
close (
out
: close
: close (
: close ( )
= nil
== "table"
buf ,
close ( )
code
false end
( ) local
, #
1 end
= false
[ 1
[ 1 ]
then table
then table .
vars
( ) return
) == "table"
table . concat (
( buf ,
error (
self ,
setmetatable
v )
( file )
i ,
op
, true
, 2
package
= io
local res
true )
: read
: read (
cache
mt
( ) end
( self ,
for i = 1
i = 1 ,
) end end end
mode
name =
v in
, args .
: format
: format (
= self
append
name ]
, pos
, t
= io .
] if
if #
target
then return false
( s )
== nil
at
str
= 0
res ,
k , v
) elseif
filename ,
open
remove
then return true
then table . insert
2 ,
) : format
) : format (
] end
for k
string
( name )
, ""
, 2 )
, v in
. open
tag
( ...
( ... )
4
[ name
false ,
rep
return false end
( res
= (
= true end
> 0
end return true
env
setmetatable (
"\\n"
, "" )
file ,
value )
/
. open (
nil then
open (
( d
) and
, (
, i
;
filename )
then for
( v
i +
t [
var
( line
) local ok
end return true end
function ( )
name ..
return function
return function (
''
, true )
args )
for k ,
io . open
io . open (
return self
val )
{ } ,
[ name ]
prefix
t1
x
== 0
break
indent
ret
( f
: find (
a ,
append (
else local
opts .
end )
rep (`,
};
