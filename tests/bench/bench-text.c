/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-text.h"

#include <math.h>

struct _BenchText {
  GRand     *rand;
  GPtrArray *korean;
  GPtrArray *english;
};

/* What people say most, in about that order; the rest of each language is built from parts. */
static const char *const korean_words[] = {
    "네",       "그",     "저",     "안",     "좀",     "오늘",   "내일",   "지금",   "회의",
    "우리",     "그냥",   "진짜",   "근데",   "사람",   "시간",   "생각",   "점심",   "저녁",
    "주말",     "회사",   "집",     "어제",   "전화",   "사진",   "친구",   "엄마",   "아빠",
    "학교",     "공부",   "일정",   "자료",   "파일",   "확인",   "감사",   "부탁",   "내용",
    "문제",     "정도",   "다음",   "이번",   "지난주", "다음주", "월요일", "화요일", "수요일",
    "목요일",   "금요일", "토요일", "일요일", "오전",   "오후",   "아침",   "커피",   "밥",
    "영화",     "음악",   "여행",   "서울",   "부산",   "대전",   "버스",   "지하철", "택시",
    "운동",     "병원",   "약속",   "장소",   "도착",   "출발",   "준비",   "발표",   "보고서",
    "프로젝트", "서버",   "개발",   "테스트", "디자인", "고객",   "계약",   "메일",   "번호",
    "주소",     "계좌",   "입금",   "송금",   "선물",   "생일",   "축하",   "사랑",   "미안",
    "걱정",     "날씨",   "비",     "눈",     "바람",   "가족",   "동생",   "언니",   "오빠",
    "선생님",   "학생",   "시험",
};

static const char *const korean_syllables[] = {
    "가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "하", "고", "도", "로", "모", "보",
    "소", "오", "조", "호", "구", "누", "두", "무", "부", "수", "우", "주", "후", "그", "기", "니",
    "리", "미", "비", "시", "이", "지", "치", "인", "정", "원", "장", "전", "상", "성", "경", "영",
    "현", "민", "진", "신", "선", "연", "은", "한", "학", "국", "대", "제", "세", "해", "개", "생",
    "동", "공", "중", "용", "명", "방", "업", "산", "관", "문", "물", "말", "발", "불", "일", "실",
    "결", "설", "력", "약", "적", "작", "석", "식", "음", "심", "감", "점", "급", "법", "습", "입",
    "합", "당", "강", "향", "양", "병", "평", "형", "행", "천", "철", "청", "체", "초", "추", "출",
    "층", "친", "타", "탁", "탄", "태", "택", "토", "통", "트", "특", "파", "판", "편", "포", "표",
    "품", "프", "피", "필", "권", "극", "근", "금", "길", "김", "남", "내", "너", "논", "농", "눈",
    "능", "달", "담", "답", "독", "돈", "드", "등", "디",
};

static const char *const korean_endings[] = {
    "",     "",     "",       "은",   "는",   "이",   "가",     "을",     "를",
    "에",   "에서", "으로",   "도",   "만",   "하고", "했어요", "합니다", "할게요",
    "해줘", "인데", "이에요", "이야", "까지", "부터", "입니다", "같아요",
};

static const char *const english_words[] = {
    "the",    "to",      "and",   "you",    "a",       "I",        "is",      "it",      "of",
    "in",     "that",    "for",   "on",     "we",      "ok",       "this",    "have",    "be",
    "with",   "are",     "not",   "at",     "can",     "will",     "just",    "me",      "my",
    "so",     "but",     "if",    "what",   "do",      "was",      "your",    "from",    "they",
    "time",   "there",   "or",    "see",    "get",     "good",     "now",     "how",     "one",
    "know",   "about",   "like",  "yes",    "no",      "thanks",   "please",  "meeting", "tomorrow",
    "today",  "think",   "need",  "work",   "when",    "then",     "here",    "send",    "file",
    "call",   "let",     "would", "should", "could",   "project",  "review",  "update",  "server",
    "build",  "release", "test",  "issue",  "problem", "question", "morning", "evening", "week",
    "month",  "really",  "great", "nice",   "sure",    "sorry",    "maybe",   "after",   "before",
    "again",  "some",    "more",  "people", "place",   "lunch",    "dinner",  "coffee",  "phone",
    "number",
};

static const char *const english_onsets[] = {
    "b",  "c",  "d",  "f",  "g",  "h",  "l",  "m",  "n",  "p",  "r", "s", "t",  "v",  "w",
    "st", "tr", "pr", "ch", "sh", "th", "gr", "pl", "cl", "qu", "j", "k", "br", "fr", "sp"};
static const char *const english_nuclei[] = {"a", "e", "i", "o", "u", "ea", "ou", "io", "ai", "ee"};
static const char *const english_codas[] = {"",  "",   "n",  "r",  "t", "s", "l", "nd", "ng", "st",
                                            "m", "ck", "ll", "nt", "d", "p", "x", "ss", "rt", "b"};
static const char *const english_endings[] = {"",    "",   "",   "s",   "ed",
                                              "ing", "er", "ly", "ion", "ment"};

/* What ends a text, each so many times. */
static const struct {
  const char *text;
  guint       most;
} extras[] = {
    {"ㅋ", 16}, {"ㅎ", 6}, {"ㅠ", 6}, {"!", 3},  {"?", 2},
    {".", 4},   {"👍", 1},  {"😂", 3},  {"^^", 1}, {"~", 3},
};

/* The front of a table is drawn more often than its end. */
#define PICK(self, table) (table)[pick (self, G_N_ELEMENTS (table))]

static guint
pick (BenchText *self, guint n)
{
  double x = g_rand_double (self->rand);

  return (guint) (x * x * n);
}

static char *
make_korean (BenchText *self)
{
  GString *word = g_string_new (NULL);
  guint    n_syllables = 2 + bench_text_random (self, 3);

  for (guint i = 0; i < n_syllables; i++)
    g_string_append (word, PICK (self, korean_syllables));
  return g_string_free (word, FALSE);
}

static char *
make_english (BenchText *self)
{
  GString *word = g_string_new (NULL);
  guint    n_syllables = 1 + bench_text_random (self, 3);

  for (guint i = 0; i < n_syllables; i++) {
    g_string_append (word, PICK (self, english_onsets));
    g_string_append (word, PICK (self, english_nuclei));
    g_string_append (word, PICK (self, english_codas));
  }
  g_string_append (word, PICK (self, english_endings));
  return g_string_free (word, FALSE);
}

BenchText *
bench_text_new (guint32 seed)
{
  BenchText *self = g_new0 (BenchText, 1);

  self->rand = g_rand_new_with_seed (seed);
  self->korean = g_ptr_array_new_with_free_func (g_free);
  self->english = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < BENCH_WORDS; i++) {
    g_ptr_array_add (self->korean, i < G_N_ELEMENTS (korean_words) ? g_strdup (korean_words[i])
                                                                   : make_korean (self));
    g_ptr_array_add (self->english, i < G_N_ELEMENTS (english_words) ? g_strdup (english_words[i])
                                                                     : make_english (self));
  }
  return self;
}

void
bench_text_free (BenchText *self)
{
  g_rand_free (self->rand);
  g_ptr_array_unref (self->korean);
  g_ptr_array_unref (self->english);
  g_free (self);
}

const char *
bench_text_korean (BenchText *self, guint rank)
{
  return self->korean->pdata[rank];
}

const char *
bench_text_english (BenchText *self, guint rank)
{
  return self->english->pdata[rank];
}

guint
bench_text_random (BenchText *self, guint n)
{
  return (guint) g_rand_int_range (self->rand, 0, (gint32) n);
}

/* Rank r is drawn with a probability of about 1 / r. */
static guint
zipf (BenchText *self)
{
  return (guint) pow (BENCH_WORDS, g_rand_double (self->rand)) - 1;
}

/* Mostly a few words, now and then a paragraph. */
static guint
message_length (BenchText *self)
{
  guint kind = bench_text_random (self, 100);

  if (kind < 70)
    return 1 + bench_text_random (self, 8);
  if (kind < 98)
    return 5 + bench_text_random (self, 20);
  return 40 + bench_text_random (self, 120);
}

static void
append_extra (BenchText *self, GString *text)
{
  guint kind = pick (self, G_N_ELEMENTS (extras));
  guint n = 1 + pick (self, extras[kind].most);

  if (bench_text_random (self, 2) == 0)
    g_string_append_c (text, ' ');
  while (n-- > 0)
    g_string_append (text, extras[kind].text);
}

char *
bench_text_message (BenchText *self)
{
  GString *text = g_string_new (NULL);
  gboolean korean = bench_text_random (self, 100) < 60;
  guint    n_words = message_length (self);

  for (guint i = 0; i < n_words; i++) {
    /* Other-language words stand in any text. */
    gboolean hangul = korean == (bench_text_random (self, 100) < 93);

    if (i > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, hangul ? bench_text_korean (self, zipf (self))
                                  : bench_text_english (self, zipf (self)));
    if (hangul)
      g_string_append (text, PICK (self, korean_endings));
  }
  if (bench_text_random (self, 100) < 30)
    append_extra (self, text);
  if (bench_text_random (self, 100) < 3)
    g_string_append_printf (text, " https://example.org/%08x", g_rand_int (self->rand));
  if (bench_text_random (self, 100) < 8)
    g_string_append_printf (text, " %u", bench_text_random (self, 10000));
  return g_string_free (text, FALSE);
}
