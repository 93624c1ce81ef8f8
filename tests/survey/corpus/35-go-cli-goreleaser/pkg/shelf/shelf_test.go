package shelf

import "testing"

func TestAddRefusesWords(t *testing.T) {
	if Add("Ulysses") == nil {
		t.Fatal("a word is no ISBN")
	}
}

func BenchmarkMatch(b *testing.B) {
	for i := 0; i < b.N; i++ {
		isbn.MatchString("9780141182803")
	}
}
