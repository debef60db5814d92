import { createModerator } from "../../lambda/moderation/index.ts";
import { DICTIONARY, seeded, drawWords } from "../lambda/moderation/disguises.ts";
const words=drawWords(seeded(3),3000,3,12); const m=createModerator({words}); const set=new Set(words);
let bad=0,rep=0; const ex:string[]=[];
for(const w of DICTIONARY){ if(set.has(w)) continue; for(const t of [w,w.toUpperCase(),w[0]!.toUpperCase()+w.slice(1)]){ const r=m.moderate(t); if(r.matches.length){ const e=r.matches[0]!.word; if(w.replace(/(.)\1+/g,"$1")===e.replace(/(.)\1+/g,"$1")){ rep++; } else {bad++; ex.push(t+"<"+e);} } } }
console.log({bad,rep},ex.slice(0,20));
const f=["I can't believe he'll say that (at home), it's fine.","We went to the cafe at 5pm, the 2nd of May; cost $5.00!","See you @ 8am :) <3 http://example.com/a/b?c=d&e=f#g","C++ and C# are A+ languages","e.g. this, i.e. that, etc.","rock'n'roll isn't o'clock y'all","a b c d e f g","1. Buy milk 2. Go home","I am a man, u r a friend","Win $100 (all of it)!","#at the zoo, @all of you","L'eau, d'accord, qu'il s'agit","x = (a + b) * c[i] != 0 && !done","Mr. J. R. Smith, Ph.D., U.S.A.","😀😃 hi 🇺🇸🇫🇷 ok 👍🏽","hmm... well -- so, no?","**bold** _it_ ~~st~~ `code`","| a | b |","aaaaaa hahahaha lol!!!","foo@bar.com +1-555-0100","It's 3D, 4K, 60fps, 10km away, 1st of 3","tic-tac-toe to-do well-known re-use"];
const big=createModerator({words:drawWords(seeded(5),20000,3,10)}); 
for(const t of f){ const r=big.moderate(t); if(r.matches.length) console.log(t,"=>",r.text,r.matches.map(x=>x.word)); }
