#include "injection/terms.h"

#include <algorithm>

#include "injection/fold.h"

namespace trailwarden::injection {
namespace {

// Terms between '|'. A '*' at the end: words that begin so. Several words: in this order, next to
// each other. Folded like the texts, so write them as they are written. Languages in this order:
// English; German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish, Indonesian,
// Turkish, Vietnamese; Russian; Chinese, Japanese, Korean; Arabic, Hindi.
struct Entry {
  Meanings meanings;
  std::string_view terms;
};

using M = Meaning;
constexpr Meanings kNone = 0;

constexpr Entry kEntries[] = {
    // What would else be misread.
    {kNone,
     "safe to|safe mode|safe deploy|safe deployment|fail safe|thread safe|type safe|memory safe|"
     "safe list|safe haven|not safe|safe browsing|safe harbor|safe harbour|safe default|"
     "safe defaults|false positive rate|low risk tier|prompt timeout|prompt timeouts|"
     "are not authorized|are not authorised|are not allowed|are not permitted|are not eligible|"
     "are attempting|are trying|are using|must specify|must provide|must have|must use|"
     "have exceeded|legitimate interest|legitimate interests|ignore case|language model endpoint|"
     "do not have|dont have|do not edit|do not delete|do not remove|do not modify"},
    {bit(M::Ignore),
     "ignore|ignored|ignoring|disregard*|forget|forgetting|unlearn|pay no attention to|"
     "do not follow|dont follow|do not obey|dont obey|stop following|stop obeying|never mind|"
     "no longer need to follow|no longer have to follow|no longer bound by|need not follow|"
     "not bound by|haz caso omiso|hagan caso omiso|faites abstraction|"
     "ignorier*|vergiss|vergessen sie|missachte*|beachte nicht|ignorez|ignorer|oublie|oublies|"
     "oubliez|ne tenez pas compte|ne tiens pas compte|fais abstraction|ignora|ignoren|ignorar|"
     "ignorad|olvida|olvide|olviden|olvidate|no hagas caso|esqueça|esquecer|desconsidere*|"
     "ignorate|dimentica*|negeer|vergeet|zignoruj*|ignoruj*|zapomnij|pomiń|ignorera|glöm|"
     "strunta i|abaikan|lupakan|yok say|yok sayın|göz ardı et|unut|bỏ qua|quên|игнорир*|"
     "проигнорируй*|забудь*|не обращай внимания|忽略|无视|無視|忘记|忘記|不要理会|忘れて|무시|잊어|"
     "تجاهل|انس|अनदेखा|भूल जाओ|नज़रअंदाज़"},
    {bit(M::Bypass),
     "override|overriding|overrule*|bypass|bypassing|skip|discard|drop|abandon|suspend|circumvent|"
     "evade|omit|leave out|ditch|set aside|throw "
     "away|erase|umgehe|umgehen|contourne*|anula|anular|burla|anule|"
     "aggira|omzeil|obejdź|kringgå|обойди|绕过|回避して|우회"},
    {bit(M::Prior),
     "previous|previously given|prior|above|earlier|preceding|foregoing|former|original|initial|"
     "vorherig*|bisherig*|vorangegangen*|obig*|früher*|précédent*|antérieur*|anterior*|previas|"
     "previos|prévias|prévios|precedent*|sopra|vorige|eerdere|bovenstaande|poprzedni*|"
     "wcześniejsz*|powyższ*|tidigare|föregående|sebelumnya|önceki|yukarıdaki|trước đó|предыдущ*|"
     "прежн*|вышеуказанн*|之前|以前|以上|先前|上述|上面|前面|前の|これまで|이전|앞의|위의|السابقة|"
     "पिछले|"
     "पहले के"},
    {bit(M::Before),
     "above|before|earlier|preceding|previously|so far|up to now|until now|you were given|"
     "you were told|you have been given|you have been told|you received|were told|was said|"
     "you know|came before|told you|says|said|oben steht|weiter oben|ci dessus|de arriba|más "
     "arriba|acima|sopra|"
     "hierboven|powyżej|ovan|di atas|yukarıdaki|ở trên|выше|以上|上文|أعلاه"},
    {bit(M::All),
     "all|any|every|everything|each|whatever|entire|alle|alles|sämtliche|tout|toute|toutes|tous|"
     "todo|toda|todas|todos|tutte|tutti|tutto|wszystkie|alla|semua|tüm|bütün|tất cả|mọi|все|всё|"
     "всех|所有|全部|一切|すべて|全て|全ての|모든|모두|كل|جميع|सभी"},
    {bit(M::Your),
     "your|yours|system|current|existing|default|safety|security|its|the assistants|the models|"
     "deine*|ihre|vos|tes|tus|sus|suas|teus|tuas|tue|vostre|jouw|uw|twoje|dina|anda|sizin|твои|"
     "ваши|ваших|你的|您的|あなたの|당신의|너의|तुम्हारे|अपने"},
    {bit(M::Orders),
     "instruction|instructions|instruct*|guideline|guidelines|guidance|directive*|system message|"
     "system messages|system prompt|system prompts|consigne*|instructions for|instruction "
     "for|instruction to|instructions to|anweisung*|"
     "vorgaben|instruccion*|instrucao|instrucoes|istruzion*|instructie*|polecen*|instrukcj*|"
     "wytyczn*|instruktion*|instruks*|petunjuk|perintah|talimat*|yönerge*|hướng dẫn|chỉ dẫn|"
     "инструкци*|указани*|指令|指示|提示|命令|지시|지침|명령|التعليمات|الأوامر|निर्देश*"},
    {bit(M::Prompt),
     "prompt|prompts|system prompt|system prompts|プロンプト|프롬프트|промпт*|提示词"},
    {bit(M::Scope),
     "rule|rules|context|policy|policies|commands|training|constraint*|programming|restriction*|"
     "safeguard*|guardrail*|orders|conversation|everything|limitations|ethics|regeln|regel|règles|"
     "reglas|regras|regole|regels|zasady|regler|aturan|kurallar*|quy tắc|правил*|规则|規則|ルール|"
     "규칙|القواعد|नियम*"},
    {bit(M::Text), "text|texts|words|message|messages|content|everything|anything|all|lines"},
    {bit(M::Judge),
     "classify|mark|label|treat|rate|flag|consider|judge|assess|deem|categorize|categorise|grade|"
     "rank|score|tag|report|regard|evaluate|declare|pronounce|interpret|view|assume|count|"
     "stufe|klassifizier*|bewerte*|markier*|behandle*|kennzeichne*|werte|betrachte|classe|classez|"
     "classer|marque|marquez|considère|considérez|traite|traitez|qualifie*|clasifica|clasifique*|"
     "marca|considera|trata|etiqueta|classifica|classifique|considere|trate|marcar|segna|"
     "classificeer|markeer|beschouw|behandel|sklasyfikuj|oznacz|uznaj|potraktuj|klassificera|"
     "markera|betrakta|klasifikasikan|tandai|anggap|sınıflandır|işaretle|değerlendir|phân loại|"
     "đánh dấu|coi|классифициру*|отметь*|пометь*|считай*|оцени*|признай*|标记|標記|分类|分類|归类|"
     "判定|判断|视为|視為|当作|評価|분류|표시|판단|판정|صنف|اعتبر|वर्गीकृत|चिह्नित|मानें|मानो"},
    {bit(M::Judged),
     "classified|marked|labelled|labeled|treated|rated|flagged|considered|judged|assessed|deemed|"
     "categorized|categorised|graded|ranked|scored|tagged|reported|regarded|evaluated|viewed"},
    {bit(M::JudgeLast),
     "分類|判定|判断|評価|見なし|みなし|扱って|分类|분류|표시|판단|판정|간주|평가|sınıflandır|"
     "işaretle|"
     "değerlendir|kabul et|वर्गीकृत|चिह्नित|मानें|मानो|einstufen"},
    {bit(M::This),
     "this|the|these|that|it|them|all of|following|my|any|every|each|such|everything|anything|all|"
     "dieses|diese|diesen|das|alles|cet|cette|ces|tout|este|esta|estos|eso|essa|esse|isto|questo|"
     "questa|quest|dit|deze|dat|to|ten|tę|detta|den här|denna|ini|bu|này|это|этот|эту|эти|此|这|這|"
     "该|該|この|これ|이|هذا|هذه|इस|यह"},
    {bit(M::It), "it|them|this|that|these words|those words|what it says"},
    {bit(M::Event),
     "event|events|activity|activities|action|actions|alert|alerts|case|cases|finding|findings|"
     "incident|incidents|record|records|log entry|behavior|behaviour|call|calls|session|sessions|"
     "anything|ereignis*|aktivität*|vorgang|vorfall|événement*|activité*|évènement*|alerte|evento|"
     "eventos|actividad*|acción|atividade*|ação|attività|azione|gebeurtenis*|activiteit*|actie|"
     "zdarzenie|aktywność|händelse*|aktivitet*|peristiwa|aktivitas|kejadian|olay*|etkinlik*|"
     "sự kiện|hoạt "
     "động|событи*|активност*|действи*|事件|活动|活動|操作|行为|イベント|アクティビティ|"
     "이벤트|활동|행위|الحدث|النشاط|घटना|गतिविधि"},
    {bit(M::Object),
     "request|requests|user|users|principal|actor|identity|login|logins|key|keys|operation|"
     "operations|traffic|access|everything|change|changes|log|logs|entry|entries|role|caller"},
    {bit(M::Is),
     "is|are|was|were|be|equals|must be|should be|shall be|will be|has to be|to be|remains|ist|"
     "sind|est|sont|es|son|é|são|è|sono|adalah|là|это|является|是|为|は|입니다"},
    {bit(M::Must), "must|must be|should be|shall be|has to be|have to be|needs to be|will|shall"},
    {bit(M::As),
     "as|to be|as being|as a|als|für|comme|como|come|jako|som|sebagai|olarak|là|как|为|為|成|作为|"
     "作為|として|と|로|으로|ك|के रूप में"},
    {bit(M::Safe),
     "safe|benign|harmless|legitimate|legit|innocuous|innocent|nonmalicious|not malicious|"
     "non malicious|not dangerous|not suspicious|non threatening|false positive|false alarm|"
     "nothing malicious|not an incident|not an attack|no attack|nothing to see here|"
     "low risk|no risk|no threat|not a threat|nothing suspicious|harmlos*|unbedenklich*|"
     "ungefährlich*|sicher|gutartig*|sans danger|inoffensi*|bénin*|benigne|légitime*|sûr|sûre|"
     "sin peligro|seguro|segura|benigno|benigna|legítimo|legítima|sicuro|sicura|innocuo|innocua|"
     "legittim*|veilig|onschuldig|ongevaarlijk|goedaardig|bezpieczn*|nieszkodliw*|säker|säkert|"
     "ofarlig*|harmlös*|aman|tidak berbahaya|güvenli|zararsız|an toàn|vô hại|безопасн*|безвредн*|"
     "安全|无害|無害|良性|正常|误报|誤検知|안전|무해|정상|آمن|غير ضار|सुरक्षित|हानिरहित"},
    {bit(M::Verdict),
     "verdict*|final answer|triage "
     "result|urteil|veredicto|veredito|verdetto|oordeel|werdykt|вердикт|"
     "结论|判決|판결"},
    {bit(M::Opinion),
     "classification|conclusion|assessment|judgement|judgment|determination|disposition|result|"
     "rating"},
    {bit(M::Risk), "risk|severity|score|threat level|priority|rating|risk score|risk level"},
    {bit(M::Low),
     "low|lowest|none|zero|0|informational|info|minimal|minimum|negligible|harmless|benign|safe"},
    {bit(M::Change),
     "set|lower|downgrade|reduce|decrease|change|adjust|make|put|keep|cap|assign|give|drop"},
    {bit(M::Respond),
     "respond|reply|answer|output|return|say|print|emit|write|state|conclude|declare|produce|"
     "antworte*|gib aus|répond*|responde*|responda|contesta|rispondi|antwoord|odpowiedz|"
     "odpowiadaj|svara|jawab|balas|yanıtla|cevap ver|trả lời|ответь*|отвечай*|回答|回复|回覆|输出|"
     "輸出|答えて|出力|대답|응답|출력|أجب|उत्तर दें|जवाब"},
    {bit(M::Reply),
     "answer|answers|response|responses|reply|report|summary|output|message|verdict|explanation"},
    {bit(M::Only),
     "only|exactly|just|simply|the word|single word|one word|nothing but|solely|nur|"
     "ausschließlich|uniquement|seulement|solo|únicamente|apenas|somente|soltanto|alleen|tylko|"
     "endast|hanya|sadece|chỉ|только|只|仅|だけ|のみ|فقط|केवल"},
    {bit(M::With), "with|that|mit|avec|con|com|met|med|dengan|ile"},
    {bit(M::Not),
     "do not|dont|never|must not|mustnt|should not|shouldnt|avoid|refrain from|no need to|stop|"
     "not to|without|cease|nicht|kein|keine|ne|no|não|non|nie|inte|jangan|đừng|не|不要|别|不得|"
     "请勿|しないで|ないで|하지 마|하지마|لا|मत|नहीं"},
    {bit(M::Tell),
     "report|reporting|reported|alert|alerting|alerted|escalate*|escalating|flag|flagging|flagged|"
     "notify|notifying|mention*|raise|raised|inform|warn|investigate*|melde*|alarmier*|signale*|"
     "signaler|alerte*|reporte*|informe*|avises|alertes|relate|segnala*|rapporteer|meld|zgłaszaj|"
     "rapportera|larma|laporkan|bildir*|báo cáo|cảnh báo|сообща*|сообщи*|оповеща*|报告|上报|报警|"
     "警报|通知|告警|報告|通報|보고|알리|تبلغ|रिपोर्ट"},
    {bit(M::You),
     "you|youre|your|yourself|thou|du|sie|dich|vous|tu|toi|usted|ustedes|você|tú|jij|kamu|anda|sen|"
     "siz|bạn|ты|вы|тебе|тебя|你|您|あなた|당신|너는|أنت|तुम|आप"},
    {bit(M::Are),
     "are|are now|now|will|must|shall|should|re|become|have become|bist|bist jetzt|es|êtes|"
     "ahora eres|eres|agora é|sei|ora sei|bent|jesteś|är|adalah|artık|bây giờ là|теперь|现在是|是|"
     "です|이제"},
    {bit(M::A),
     "a|an|my|no longer a|ein|eine|mein|un|une|mon|una|mi|um|uma|meu|een|mijn|mój|en|ett|min|"
     "seorang|một|一个|一個"},
    {bit(M::Act),
     "act|act as|behave|behave as|pretend*|roleplay|roleplay as|role play|simulate|imagine|"
     "impersonate|play the role|play the part|take on the role|assume the role|assume the persona|"
     "agis|actúa|comporta*|finge|fingi|aja|atue|zachowuj się|действуй|притворись|веди себя|扮演|"
     "假装|振る舞|演じ|행동"},
    {bit(M::Persona),
     "unrestricted|jailbroken|jailbreak*|unfiltered|uncensored|dan|without restrictions|"
     "no restrictions|no limits|without limits|without rules|no rules|anything now|developer mode|"
     "god mode|admin mode|debug mode|dan mode|opposite mode|uneingeschränkt*|sans restriction*|"
     "sin restricciones|sem restrições|senza restrizioni|без ограничений|不受限制|無制限"},
    {bit(M::Model),
     "assistant|assistants|chatbot|llm|llms|gpt*|chatgpt|claude|gemini|copilot|language model|"
     "language models|ai|ki|ия|ии|artificial intelligence|ai model|ai assistant|ai agent|"
     "ai system|ai analyst|neural network|sprachmodell|modèle de langage|modelo de lenguaje|"
     "asistente|assistente|asystent*|asisten|asistan|ассистент*|помощник|助手|模型|人工智能|"
     "アシスタント|モデル|어시스턴트|모델|مساعد|सहायक"},
    {bit(M::Reader),
     "analyst|analysts|reviewer|model|bot|classifier|triage bot|soc|security analyst|soc analyst|"
     "summarizer|summariser"},
    {bit(M::Hail),
     "dear|attention|attn|note to|note for|hey|hello|hi|message to|message for|memo to|listen|"
     "if you are|if youre|to whichever|to any|whoever reads|urgent for|instructions for|"
     "instruction for|instruction to|instructions to|important"},
    {bit(M::Hail) | bit(M::Model),
     "as an ai|as a language model|as an assistant|as an llm|as a chatbot|as an ai model"},
    {bit(M::Reading),
     "reading this|processing this|analyzing this|analysing this|reviewing this|evaluating this|"
     "reads this|who reads"},
    {bit(M::Reveal),
     "reveal*|repeat|print|show|output|display|leak|disclose|dump|expose|recite|summarize|"
     "write out|what are|what is|what were|tell me|give me|send me|spell "
     "out|translate|verrate|zeige|révèle*|affiche|muestra|"
     "revela*|mostre|mostra|toon|pokaż|visa|tampilkan|göster|hiển thị|покажи|раскрой|выведи|显示|"
     "透露|表示|보여|اعرض|दिखाओ"},
    {bit(M::System), "system|hidden|initial|secret|developer|above"},
    {bit(M::New),
     "new|updated|revised|real|actual|true|special|secret|hidden|overriding|neue*|nouvelle*|"
     "nueva*|nova*|nuove|nowe|новые|新|新的|新しい|새로운"},
    {bit(M::Following), "following|next|additional|final|important|these"},
    {bit(M::Obey),
     "follow|obey|execute|comply|comply with|carry out|act on|act upon|do what|perform|run|adhere|"
     "heed|apply|befolge*|führe|suis|suivez|exécute*|sigue|obedece|siga|segui|esegui|volg|wykonaj|"
     "följ|ikuti|следуй*|выполни*|执行|遵循|按照|実行|従って|따르|실행"},
    {bit(M::Decode),
     "decode|decrypt|decipher|unscramble|deobfuscate|translate|base64|rot13|unhex|reverse|"
     "reassemble|concatenate|join|combine|解码|デコード|디코드|декодируй|dekodiere|décode*"},
    {bit(M::Insert),
     "include|embed|add|insert|append|render|put|attach|visit|open|fetch|click|load|post|send|"
     "display|quote|paste"},
    {bit(M::Link), "link|links|image|images|url|urls|markdown|http|https|webhook|href|img"},
    {bit(M::Use), "use|call|invoke|run|execute|activate"},
    {bit(M::Tool), "tool|tools|function|functions|plugin|plugins"},
    {bit(M::Close),
     "close|dismiss|approve|archive|suppress|acknowledge|whitelist|allowlist|trust|accept|schließe|"
     "ferme*|cierra|fecha|chiudi|закрой|关闭"},
    {bit(M::Void),
     "no longer apply|no longer valid|void|cancelled|canceled|revoked|suspended|obsolete|"
     "superseded|do not apply|dont apply|does not apply|not apply|invalid|lifted|outdated|"
     "overridden|irrelevant|wrong|a test"},
    {bit(M::End), "end of|end|begin of|start of|beginning of|ende der|fin de|fin du"},
    {bit(M::Input),
     "log|logs|data|input|document|event|record|context|user input|transcript|json|untrusted data|"
     "evidence|system data"},
};

// Adds one term, without its '*'.
void add(TermMaps& maps, std::string_view term, bool is_prefix, Meanings meanings) {
  std::string spaced, glued;
  std::uint64_t count = 0;
  for (const Words::Word& word : fold(term, {.humps = false}).words) {
    ++count;
    spaced += (spaced.empty() ? "" : " ") + word.text;
    glued += word.text;
  }
  if (is_prefix) {
    maps.prefixes[spaced] |= meanings;
  } else {
    maps.exact[spaced] |= meanings;
    std::uint64_t& count_max = maps.first_words[spaced.substr(0, spaced.find(' '))];
    count_max = std::max(count_max, count);
  }
  if (glued.size() >= 2) maps.glued[glued] |= meanings;
}

}  // namespace

TermMaps read_terms() {
  TermMaps maps;
  for (const Entry& entry : kEntries) {
    std::string_view rest = entry.terms;
    while (!rest.empty()) {
      const std::size_t bar = rest.find('|');
      std::string_view term = rest.substr(0, bar);
      rest = bar == rest.npos ? std::string_view{} : rest.substr(bar + 1);
      const bool is_prefix = term.ends_with('*');
      if (is_prefix) term.remove_suffix(1);
      add(maps, term, is_prefix, entry.meanings);
    }
  }
  return maps;
}

}  // namespace trailwarden::injection
